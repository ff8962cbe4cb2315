using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Cluster;

/// <summary>The oldest of two nodes, where sharding's coordinator lives, leaves with all shards.</summary>
public sealed class LeaveSpec : IDisposable
{
    private const int Shards = 4;

    private readonly SharedStore _store = new();
    private readonly ClusterNode _one;
    private readonly ClusterNode _two;

    public LeaveSpec() => (_one, _two) = (new ClusterNode(_store, Shards), new ClusterNode(_store, Shards));

    public void Dispose()
    {
        _two.Dispose();
        _one.Dispose();
    }

    [Fact]
    public async Task A_node_leaves_only_when_others_own_its_shards()
    {
        StartBoth();
        var leaving = LeaveAsync(_one);
        Eventually("the second node knows that the first is about to leave", () => _two.Departures.Include(_one.Address));
        Eventually("the first node leaves",
            () => _two.Cluster.State.Members.Count(member => member.Status is MemberStatus.Up) == 1);
        var taken = await _two.Region.Ask<ShardRegionStats>(GetShardRegionStats.Instance, Patience);
        Assert.Equal(Shards, taken.Stats.Count); // given to it; a moment later its table has them, too
        await leaving.WaitAsync(Patience);
        Eventually("who starts under its address is about to leave no more", () => !_two.Departures.Include(_one.Address));
    }

    [Fact] // who has been told first tells the other one all the same: it may be who assigns shards
    public async Task Of_nodes_that_leave_at_once_each_knows_it_of_the_other()
    {
        StartBoth();
        var (one, two) = (false, false);
        Task[] leaving = [LeaveAsync(_one), LeaveAsync(_two)];
        Eventually("both know", () =>
            (one |= _two.Departures.Include(_one.Address)) & (two |= _one.Departures.Include(_two.Address)));
        await Task.WhenAll(leaving).WaitAsync(Patience);
    }

    private static Task LeaveAsync(ClusterNode node) =>
        CoordinatedShutdown.Get(node.System).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);

    private void StartBoth()
    {
        var places = new ShardPlaces { CoordinatorNode = _one.Address };
        for (var shard = 0; shard < Shards; shard++)
            places.Want($"{shard}", _one.Address);
        _one.Start(_one.Address, places);
        Eventually("the first node is up", () => _one.Cluster.State.Members.Count == 1 && _one.IsReady);
        _two.Start(_one.Address, places);
        Eventually("both nodes are ready", () => _one.IsReady && _two.IsReady && OwnedBy(_one) == Shards);
    }

    private static int OwnedBy(ClusterNode node) => Enumerable.Range(0, Shards).Count(node.Table.Holds);
}
