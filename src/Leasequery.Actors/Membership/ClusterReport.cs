namespace Leasequery.Actors.Membership;

/// <summary>The cluster as one node sees it.</summary>
/// <param name="Node">The node that tells.</param>
/// <param name="Standing">Where it is on its way.</param>
/// <param name="IsInTouch">True while it may speak for the cluster.</param>
/// <param name="Members">All members, by address.</param>
/// <param name="Shards">How many shards of addresses there are.</param>
/// <param name="Owners">Who owns which of them, as far as can be told.</param>
/// <param name="Problems">What is not as it should be, in words; empty when all is well.</param>
public sealed record ClusterReport(string Node, Standing Standing, bool IsInTouch, IReadOnlyList<MemberReport> Members,
    int Shards, IReadOnlyList<OwnerReport> Owners, IReadOnlyList<string> Problems)
{
    /// <summary>True when nothing is to be done.</summary>
    public bool IsHealthy => Problems.Count == 0;
}

/// <summary>A member.</summary>
/// <param name="Node">Its address and port.</param>
/// <param name="Status">What Akka calls it: Joining, WeaklyUp, Up, Leaving, Exiting, Down.</param>
/// <param name="Roles">What it does.</param>
/// <param name="Version">The version of the service on it.</param>
/// <param name="IsReachable">False while another node cannot reach it.</param>
/// <param name="IsLeader">True for the one that moves members on.</param>
public sealed record MemberReport(string Node, string Status, IReadOnlyList<string> Roles, string Version, bool IsReachable,
    bool IsLeader);

/// <summary>What a node owns.</summary>
/// <param name="Node">The node.</param>
/// <param name="Shards">Numbers of shards, ascending.</param>
public sealed record OwnerReport(string Node, IReadOnlyList<int> Shards);
