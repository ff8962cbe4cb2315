namespace Leasequery.EndToEnd.Tests;

/// <summary>
/// How long specs wait for what must come. Long, because only a broken one waits that long, and the machine may be starved: two
/// cores shared with others, a disk that takes a second to write. What a spec means by a time of its own stands in that spec.
/// </summary>
static class Deadlines
{
    /// <summary>An answer, a page, a line of a log, a packet that was captured.</summary>
    public static readonly TimeSpan Answer = TimeSpan.FromMinutes(1);

    /// <summary>A program or a kernel that is not ours: that it is up, that it has done its work, that it is gone.</summary>
    public static readonly TimeSpan Program = TimeSpan.FromMinutes(2);

    /// <summary>The service: its start, for a node also that there are others, and its end.</summary>
    public static readonly TimeSpan Service = TimeSpan.FromMinutes(3);

    /// <summary>Nodes that have to agree, after they have found each other or missed one.</summary>
    public static readonly TimeSpan Cluster = TimeSpan.FromMinutes(3);

    /// <summary>Answers about tens of thousands of addresses, each of which has to be stored first.</summary>
    public static readonly TimeSpan Storm = TimeSpan.FromMinutes(10);
}
