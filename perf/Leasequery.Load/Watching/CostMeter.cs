using Leasequery.Load.Asking;
using Leasequery.Load.Traffic;

namespace Leasequery.Load.Watching;

/// <summary>
/// Measures what answers cost in processor time: the server's, where its process is known, and the generator's own.
/// </summary>
/// <param name="server">The server; null when it is not known.</param>
internal sealed class CostMeter(ServerProcess? server) : ICountingObserver
{
    private readonly ServerProcess _self = ServerProcess.Find(Environment.ProcessId);
    private long _start, _serverStart, _selfStart;
    private long _time, _serverTime, _selfTime;

    /// <summary>True when the server's process is known.</summary>
    public bool KnowsServer => server is not null;

    /// <summary>Processors that the server kept busy.</summary>
    public double ServerProcessors => _time > 0 ? (double)_serverTime / _time : 0;

    /// <summary>Nanoseconds of the server for each answer.</summary>
    public double ServerPer(long answers) => answers > 0 ? (double)_serverTime / answers : 0;

    /// <summary>Nanoseconds of the generator for each answer.</summary>
    public double SelfPer(long answers) => answers > 0 ? (double)_selfTime / answers : 0;

    /// <inheritdoc/>
    public void Begin() => (_start, _serverStart, _selfStart) = Now();

    /// <inheritdoc/>
    public void End()
    {
        var (now, serverNow, selfNow) = Now();
        (_time, _serverTime, _selfTime) = (now - _start, serverNow - _serverStart, selfNow - _selfStart);
    }

    private (long, long, long) Now() => (Nanoclock.Now, server?.ProcessorTime ?? 0, _self.ProcessorTime);
}
