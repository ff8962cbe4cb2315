using Leasequery.Domain.Upstream;

namespace Leasequery.Actors.Monitoring;

/// <summary>The counters of one DHCP server. Its actor writes them, whoever collects the metrics reads them.</summary>
public sealed class ServerCounters
{
    private readonly long[] _verdicts = new long[Enum.GetValues<ServerVerdict>().Length];
    private long _packets, _retries, _fromCache, _dropped, _refused, _outstanding, _waiting, _naks;
    private volatile bool _isSupporting;

    /// <summary>Packets sent to it.</summary>
    public long Packets => Volatile.Read(ref _packets);

    /// <summary>Packets that repeated a query.</summary>
    public long Retries => Volatile.Read(ref _retries);

    /// <summary>Questions that a cached NAK answered.</summary>
    public long FromCache => Volatile.Read(ref _fromCache);

    /// <summary>Replies that answered nothing.</summary>
    public long DroppedReplies => Volatile.Read(ref _dropped);

    /// <summary>Questions that were not asked because too many waited.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Queries without a reply yet.</summary>
    public long Outstanding => Volatile.Read(ref _outstanding);

    /// <summary>Addresses that wait to be asked about.</summary>
    public long Waiting => Volatile.Read(ref _waiting);

    /// <summary>Cached NAKs.</summary>
    public long Naks => Volatile.Read(ref _naks);

    /// <summary>True while it is known to answer leasequeries.</summary>
    public bool IsSupporting => _isSupporting;

    /// <summary>What it said.</summary>
    public long Count(ServerVerdict verdict) => Volatile.Read(ref _verdicts[(int)verdict]);

    internal void Sent(int tries)
    {
        Interlocked.Increment(ref _packets);
        if (tries > 1)
            Interlocked.Increment(ref _retries);
    }

    internal void Heard(ServerVerdict verdict) => Interlocked.Increment(ref _verdicts[(int)verdict]);

    internal void AnsweredFromCache() => Interlocked.Increment(ref _fromCache);

    internal void Dropped() => Interlocked.Increment(ref _dropped);

    internal void Shed() => Interlocked.Increment(ref _refused);

    internal void Observe(ServerPhase phase, int outstanding, int waiting, int naks)
    {
        _isSupporting = phase == ServerPhase.Supporting;
        Volatile.Write(ref _outstanding, outstanding);
        Volatile.Write(ref _waiting, waiting);
        Volatile.Write(ref _naks, naks);
    }
}
