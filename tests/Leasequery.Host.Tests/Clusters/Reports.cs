using Leasequery.Actors.Membership;

namespace Leasequery.Host.Tests.Clusters;

/// <summary>Reports on a cluster of three: two nodes that do everything, and a witness.</summary>
internal static class Reports
{
    public static readonly ClusterReport Healthy = new("10.78.0.1:7450", Standing.Member, true,
        [
            new MemberReport("10.78.0.1:7450", "Up", ["address", "ingress"], "0.2.0", true, true),
            new MemberReport("10.78.0.2:7450", "Up", ["address", "ingress"], "0.2.0", true, false),
            new MemberReport("10.78.0.3:7450", "Up", [], "0.2.0", true, false),
        ],
        16,
        [
            new OwnerReport("10.78.0.1:7450", [0, 2, 15]),
            new OwnerReport("10.78.0.2:7450", [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]),
        ],
        []);

    /// <summary>The second node is silent, so nobody answers for its shards.</summary>
    public static readonly ClusterReport Impaired = Healthy with
    {
        Members =
        [
            Healthy.Members[0],
            Healthy.Members[1] with { IsReachable = false },
            Healthy.Members[2] with { Status = "Leaving" },
        ],
        Owners = [Healthy.Owners[0]],
        Problems =
        [
            "10.78.0.2:7450 cannot be reached", "10.78.0.3:7450 is Leaving", "13 of 16 shards have no owner that answers",
        ],
    };

    public static readonly ClusterReport OutOfTouch = Healthy with
    {
        IsInTouch = false,
        Problems = ["no majority of the cluster was heard of for 5 s: others may own its addresses by now"],
    };

    public static readonly ClusterReport Looking = new("10.78.0.1:7450", Standing.Looking, false, [], 16, [],
        ["no cluster is found yet, and too few nodes to form one"]);

    public static readonly ClusterReport Waiting = Looking with
    {
        Standing = Standing.Waiting,
        Problems = ["the node joins its cluster once it has reached its store: password authentication failed"],
    };

    public static readonly ClusterReport Joining = Looking with
    {
        Standing = Standing.Joining,
        Problems = ["the node joins its cluster"],
    };

    public static readonly ClusterReport Leaving = Healthy with
    {
        Standing = Standing.Leaving,
        Problems = ["the node hands over its shards and ends"],
    };

    /// <summary>All of them by their names, each with the exit code that tells of it.</summary>
    public static TheoryData<string, int> ExitCodes => new()
    {
        { nameof(Healthy), 0 },
        { nameof(Impaired), 1 },
        { nameof(Leaving), 1 },
        { nameof(OutOfTouch), 2 },
        { nameof(Waiting), 2 },
        { nameof(Looking), 2 },
        { nameof(Joining), 2 },
    };

    public static ClusterReport Of(string name) => name switch
    {
        nameof(Healthy) => Healthy,
        nameof(Impaired) => Impaired,
        nameof(Leaving) => Leaving,
        nameof(OutOfTouch) => OutOfTouch,
        nameof(Waiting) => Waiting,
        nameof(Looking) => Looking,
        nameof(Joining) => Joining,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no report"),
    };
}
