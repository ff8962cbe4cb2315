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
    // Behind and before the counters: the lines of a cache that two processors would otherwise take from each other. Two lines,
    // because they are fetched in pairs.
    private const int Padding = 2 * 64 / sizeof(long);

    private static readonly int Outcomes = Enum.GetValues<LeasequeryOutcome>().Length;
    private static readonly int Drops = Padding + Enum.GetValues<DatagramKind>().Length;
    private static readonly int Answers = Drops + DropReason.Count;
    private static readonly int Results = Answers + Enum.GetValues<LeasequeryDialect>().Length * Outcomes;
    private static readonly int LookUps = Results + Enum.GetValues<GleanResult>().Length;
    private static readonly int Others = LookUps + Enum.GetValues<LookUpResult>().Length;

    private readonly long[] _counts = new long[Others + Enum.GetValues<Other>().Length + Padding];

    private enum Other
    {
        Settled,
        Asked,
        AskedOfNode,
        Delivered,
        SegmentsSent,
        SegmentsReceived,
    }

    /// <summary>Queries that the table settled.</summary>
    public long Settled => Read(Index(Other.Settled));

    /// <summary>Queries that went to an address actor.</summary>
    public long Asked => Read(Index(Other.Asked));

    /// <summary>Replies that left as segments of a longer message.</summary>
    public long SentSegments => Read(Index(Other.SegmentsSent));

    /// <summary>Datagrams that came as a part of a longer message.</summary>
    public long ReceivedSegments => Read(Index(Other.SegmentsReceived));

    /// <summary>Queries that went to the node that owns their address.</summary>
    public long AskedOfNode => Read(Index(Other.AskedOfNode));

    /// <summary>Gleaned messages that went to the node that owns their address.</summary>
    public long DeliveredToNode => Read(Index(Other.Delivered));

    /// <summary>Counts a datagram.</summary>
    public void Received(DatagramKind kind) => Add(Index(kind));

    /// <summary>Counts dropped datagrams.</summary>
    public void Dropped(DropReason reason, long count = 1) => Add(Index(reason), count);

    /// <summary>Counts an answer.</summary>
    public void Answered(LeasequeryDialect dialect, LeasequeryOutcome outcome) => Add(Index(dialect, outcome));

    /// <summary>Counts a query that the table settled.</summary>
    public void SettledByTable() => Add(Index(Other.Settled));

    /// <summary>Counts a query that went to an actor.</summary>
    public void AskedActor() => Add(Index(Other.Asked));

    /// <summary>Counts queries that went to the node that owns their address.</summary>
    public void AskedNode(int count) => Add(Index(Other.AskedOfNode), count);

    /// <summary>Counts gleaned messages that went to the node that owns their address.</summary>
    public void Delivered(int count) => Add(Index(Other.Delivered), count);

    /// <summary>Counts questions of other nodes.</summary>
    public void LookedUp(LookUpResult result, int count = 1) => Add(Index(result), count);

    /// <summary>Counts what came of a gleaned message.</summary>
    public void Gleaned(GleanResult result) => Add(Index(result));

    /// <summary>Counts replies that left as segments of a longer message.</summary>
    public void SegmentsSent(int count) => Add(Index(Other.SegmentsSent), count);

    /// <summary>Counts datagrams that came as a part of a longer message.</summary>
    public void SegmentsReceived(int count) => Add(Index(Other.SegmentsReceived), count);

    /// <summary>Datagrams of a kind.</summary>
    public long Count(DatagramKind kind) => Read(Index(kind));

    /// <summary>Datagrams dropped for a reason.</summary>
    public long Count(DropReason reason) => Read(Index(reason));

    /// <summary>Answers by dialect and outcome.</summary>
    public long Count(LeasequeryDialect dialect, LeasequeryOutcome outcome) => Read(Index(dialect, outcome));

    /// <summary>Gleaned messages by what came of them.</summary>
    public long Count(GleanResult result) => Read(Index(result));

    /// <summary>Questions of other nodes by what settled them.</summary>
    public long Count(LookUpResult result) => Read(Index(result));

    private static int Index(DatagramKind kind) => Padding + (int)kind;

    private static int Index(DropReason reason) => Drops + reason.Index;

    private static int Index(LeasequeryDialect dialect, LeasequeryOutcome outcome) =>
        Answers + (int)dialect * Outcomes + (int)outcome;

    private static int Index(GleanResult result) => Results + (int)result;

    private static int Index(LookUpResult result) => LookUps + (int)result;

    private static int Index(Other other) => Others + (int)other;

    private long Read(int index) => Volatile.Read(ref _counts[index]);

    private void Add(int index, long count = 1) => Volatile.Write(ref _counts[index], _counts[index] + count);
}
