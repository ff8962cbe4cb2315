using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using Akka.Hosting;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Ingress;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Tests.Support;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Membership;

/// <summary>
/// What a node tells of its cluster: nodes in this process, in real time, with a shard region that says what the test wants.
/// </summary>
public sealed class ClusterReporterTests : IDisposable
{
    private const int Shards = 12;

    // Nobody is removed here, so that one who is dead stays unreachable.
    private static readonly Config Quick = ConfigurationFactory.ParseString(
        """
        akka.loglevel = OFF
        akka.stdout-loglevel = OFF
        akka.coordinated-shutdown.run-by-actor-system-terminate = off
        akka.cluster.downing-provider-class = "Akka.Cluster.NoDowning, Akka.Cluster"
        akka.cluster.leader-actions-interval = 100 ms
        akka.cluster.gossip-interval = 100 ms
        akka.cluster.failure-detector { heartbeat-interval = 100 ms, acceptable-heartbeat-pause = 5 s }
        """);

    private readonly List<ActorSystem> _systems = [];
    private readonly Node _node = new();
    private readonly NodeStanding _standing = new();
    private readonly ShardProgress _progress = new(Shards);

    public ClusterReporterTests()
    {
        _standing.MoveTo(Standing.Member);
        for (var shard = 0; shard < Shards; shard++)
            _progress.Report(shard, true, "");
    }

    public void Dispose()
    {
        Task.WaitAll([.. _systems.Select(system => system.Terminate())], Patience);
        _node.Dispose();
    }

    [Fact]
    public async Task Of_a_healthy_cluster_members_and_owners_are_told_and_no_problem()
    {
        var (one, two) = (Start("0.2.0", "ingress", "address"), Start("0.2.0", "address"));
        Join(one, two);

        var report = await ReporterOf(one, (null, [10, 9, 11]), (two, [0, 1, 2, 3, 4, 5, 6, 7, 8])).ReadAsync();

        Assert.Empty(report.Problems);
        Assert.True(report.IsHealthy);
        Assert.Equal((NameOf(one), Standing.Member, true, Shards),
            (report.Node, report.Standing, report.IsInTouch, report.Shards));
        Assert.Equal(
            Sorted(one, two).Select(node => (NameOf(node), "Up", node == one ? "address, ingress" : "address", "0.2.0", true)),
            report.Members.Select(member => (member.Node, member.Status, string.Join(", ", member.Roles), member.Version,
                member.IsReachable)));
        Assert.Single(report.Members, member => member.IsLeader);
        Assert.Equal(Sorted(one, two).Select(node => (NameOf(node), node == one ? "9, 10, 11" : "0, 1, 2, 3, 4, 5, 6, 7, 8")),
            report.Owners.Select(owner => (owner.Node, string.Join(", ", owner.Shards))));
    }

    [Fact]
    public async Task Each_problem_of_the_cluster_is_told()
    {
        var (one, leaving, dead) = (Start("0.2.0"), Start("0.10.0"), Start("0.2.0"));
        Join(one, leaving, dead);
        var cluster = Akka.Cluster.Cluster.Get(one);
        var (leavingName, deadName) = (NameOf(leaving), NameOf(dead));
        await dead.Terminate();
        Eventually("the dead node is unreachable", () => cluster.State.Unreachable.Count == 1);
        cluster.Leave(Akka.Cluster.Cluster.Get(leaving).SelfAddress); // it stays so: nobody moves on while a node is unreachable
        Eventually("the other one leaves", () => cluster.State.Members.Any(member => member.Status == MemberStatus.Leaving));

        var report = await ReporterOf(one, (null, [1, 2]), (leaving, [3])).ReadAsync();

        Assert.Equal(
            new[]
            {
                $"{leavingName} is Leaving", $"{deadName} cannot be reached", "9 of 12 shards have no owner that answers",
                "nodes of 2 versions: 0.10.0, 0.2.0",
            }.Order(),
            report.Problems.Order());
        Assert.False(report.IsHealthy);
    }

    [Fact]
    public async Task While_nobody_tells_who_owns_what_no_shard_has_an_owner_and_what_ails_the_node_is_told_first()
    {
        var one = Start("0.2.0");
        Join(one);
        _progress.Report(3, false, "disk gone");

        var report = await ReporterOf(one).ReadAsync();

        Assert.Empty(report.Owners);
        Assert.Equal(["11 of 12 shards are loaded: disk gone", "12 of 12 shards have no owner that answers"], report.Problems);
    }

    private static IEnumerable<ActorSystem> Sorted(params ActorSystem[] nodes) => nodes.OrderBy(NameOf, StringComparer.Ordinal);

    private static string NameOf(ActorSystem node)
    {
        var address = Akka.Cluster.Cluster.Get(node).SelfAddress;
        return $"{address.Host}:{address.Port}";
    }

    private static void Join(params ActorSystem[] nodes)
    {
        foreach (var node in nodes)
            Akka.Cluster.Cluster.Get(node).Join(Akka.Cluster.Cluster.Get(nodes[0]).SelfAddress);
        Eventually("all are up", () => nodes.All(node => Akka.Cluster.Cluster.Get(node).State.Members.Count(
            member => member.Status == MemberStatus.Up) == nodes.Length));
    }

    private ActorSystem Start(string version, params string[] roles)
    {
        var system = ActorSystem.Create("reporting", ConfigurationFactory.ParseString(
            $"""
            akka.cluster.app-version = "{version}"
            akka.cluster.roles = [{string.Join(", ", roles)}]
            """).WithFallback(Quick).WithFallback(LeasequerySettings.Reference));
        _systems.Add(system);
        return system;
    }

    // Without an owner the region is silent. The node itself is null: its own region has no address in what sharding tells.
    private ClusterReporter ReporterOf(ActorSystem node, params (ActorSystem? Node, int[] Shards)[] owners)
    {
        var stats = owners.Length == 0
            ? null
            : new ClusterShardingStats(owners.ToImmutableDictionary(
                owner => owner.Node is null ? new Address("akka", node.Name) : Akka.Cluster.Cluster.Get(owner.Node).SelfAddress,
                owner => new ShardRegionStats(
                    owner.Shards.ToImmutableDictionary(shard => $"{shard}", _ => 1), ImmutableHashSet<string>.Empty)));
        var registry = ActorRegistry.For(node);
        registry.Register<AddressRegion>(node.ActorOf(Props.Create(() => new Region(stats))));
        var status = new IngressStatus();
        status.Opened([]);
        var touch = Touch.Always(_node.Clock);
        var readiness = new Readiness(status, _progress, _node.Store, _standing, touch, new ServiceEnd(new HostLifetime()));
        return new ClusterReporter(node, registry, readiness, _standing, touch, _progress);
    }

    private sealed class Region(ClusterShardingStats? stats) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is GetClusterShardingStats && stats is not null)
                Sender.Tell(stats);
        }
    }
}
