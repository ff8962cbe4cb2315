using Leasequery.Actors.Addresses;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Actors.Monitoring;

/// <summary>What a datagram turned out to be.</summary>
public enum DatagramKind
{
    /// <summary>A leasequery.</summary>
    Query,

    /// <summary>A DHCP message to glean from.</summary>
    Dhcp,

    /// <summary>A leasequery reply.</summary>
    Reply,

    /// <summary>No DHCP message, or from nobody we know.</summary>
    Other,
}

/// <summary>What settled a question of another node; also the label of its counter.</summary>
public enum LookUpResult
{
    /// <summary>The table of this node.</summary>
    Table,

    /// <summary>An address actor, here or wherever its shard has moved to.</summary>
    Actor,
}

/// <summary>
/// The counters of one thread. Only that thread writes them, so counting is an addition and not a locked one; whoever collects
/// the metrics sums the rows of all threads.
/// </summary>
public sealed class DatagramCounters
{
    private static readonly int Outcomes = Enum.GetValues<LeasequeryOutcome>().Length;

    private readonly long[] _kinds = new long[Enum.GetValues<DatagramKind>().Length];
    private readonly long[] _drops = new long[DropReason.Count];
    private readonly long[] _answers = new long[Enum.GetValues<LeasequeryDialect>().Length * Outcomes];
    private readonly long[] _gleaned = new long[Enum.GetValues<GleanResult>().Length];
    private readonly long[] _lookUps = new long[Enum.GetValues<LookUpResult>().Length];
    private long _settled;
    private long _asked;
    private long _askedNode;

    /// <summary>Queries that the table settled.</summary>
    public long Settled => Volatile.Read(ref _settled);

    /// <summary>Queries that went to an address actor.</summary>
    public long Asked => Volatile.Read(ref _asked);

    /// <summary>Queries that went to the node that owns their address.</summary>
    public long AskedOfNode => Volatile.Read(ref _askedNode);

    /// <summary>Counts a datagram.</summary>
    public void Received(DatagramKind kind) => Add(ref _kinds[(int)kind]);

    /// <summary>Counts a dropped datagram.</summary>
    public void Dropped(DropReason reason) => Add(ref _drops[reason.Index]);

    /// <summary>Counts an answer.</summary>
    public void Answered(LeasequeryDialect dialect, LeasequeryOutcome outcome) => Add(ref _answers[(int)dialect * Outcomes + (int)outcome]);

    /// <summary>Counts a query that the table settled.</summary>
    public void SettledByTable() => Add(ref _settled);

    /// <summary>Counts a query that went to an actor.</summary>
    public void AskedActor() => Add(ref _asked);

    /// <summary>Counts queries that went to the node that owns their address.</summary>
    public void AskedNode(int count) => Add(ref _askedNode, count);

    /// <summary>Counts questions of other nodes.</summary>
    public void LookedUp(LookUpResult result, int count = 1) => Add(ref _lookUps[(int)result], count);

    /// <summary>Counts what came of a gleaned message.</summary>
    public void Gleaned(GleanResult result) => Add(ref _gleaned[(int)result]);

    /// <summary>Datagrams of a kind.</summary>
    public long Count(DatagramKind kind) => Volatile.Read(ref _kinds[(int)kind]);

    /// <summary>Datagrams dropped for a reason.</summary>
    public long Count(DropReason reason) => Volatile.Read(ref _drops[reason.Index]);

    /// <summary>Answers by dialect and outcome.</summary>
    public long Count(LeasequeryDialect dialect, LeasequeryOutcome outcome) =>
        Volatile.Read(ref _answers[(int)dialect * Outcomes + (int)outcome]);

    /// <summary>Gleaned messages by what came of them.</summary>
    public long Count(GleanResult result) => Volatile.Read(ref _gleaned[(int)result]);

    /// <summary>Questions of other nodes by what settled them.</summary>
    public long Count(LookUpResult result) => Volatile.Read(ref _lookUps[(int)result]);

    private static void Add(ref long counter, long count = 1) => Volatile.Write(ref counter, counter + count);
}
