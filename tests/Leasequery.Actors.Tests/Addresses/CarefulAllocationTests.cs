using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Tests.Support;

namespace Leasequery.Actors.Tests.Addresses;

public sealed class CarefulAllocationTests : IDisposable
{
    private static readonly IActorRef Own = Region("");
    private static readonly IActorRef Second = Region("@192.0.2.2:7450");
    private static readonly IActorRef Third = Region("@192.0.2.3:7450");

    private readonly Node _node = new();
    private readonly Departures _departures = new();
    private readonly CarefulAllocation _careful;

    private bool _isReachable = true;

    public CarefulAllocationTests() => _careful =
        new CarefulAllocation(new FirstOfAll(), _node.Store, _departures, shards: 8, atOnce: 2, () => _isReachable);

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task Shards_move_while_the_store_is_there_and_stay_while_it_is_not()
    {
        Assert.Equal(FirstOfAll.Moves, (await RebalanceAsync()).Order());
        _node.Store.ReportFailure(new IOException("gone"));
        Assert.Empty(await RebalanceAsync());
        _node.Store.ReportSuccess();
        Assert.Equal(FirstOfAll.Moves, (await RebalanceAsync()).Order());
    }

    [Fact] // its old owner is gone: a new one that loads it when the store is back is better than none
    public async Task A_shard_without_owner_gets_one_all_the_same()
    {
        _node.Store.ReportFailure(new IOException("gone"));
        Assert.Contains(await AllocateAsync(), new[] { Own, Second, Third });
    }

    [Fact]
    public async Task Who_leaves_gives_its_shards_away_so_many_at_once_and_gets_none()
    {
        _departures.Add(Second.Path.Address);
        var moves = await RebalanceAsync();
        Assert.Equal(2, moves.Count);
        Assert.Subset(new HashSet<string> { "4", "5", "6", "7" }, moves.ToHashSet());
        Assert.Empty(await RebalanceAsync("4", "5")); // until these have moved
        Assert.NotEqual(Second, await AllocateAsync());
    }

    [Fact]
    public async Task This_node_leaves_like_any_other()
    {
        _departures.AddOwn();
        Assert.Subset(new HashSet<string> { "0", "1", "2", "3" }, (await RebalanceAsync()).ToHashSet());
        Assert.NotEqual(Own, await AllocateAsync());
    }

    [Fact] // balance would give shards to whoever has just lost its own
    public async Task Who_has_given_all_away_gets_nothing_back_until_it_has_left()
    {
        _departures.Add(Third.Path.Address);
        Assert.Empty(await RebalanceAsync());
        Assert.NotEqual(Third, await AllocateAsync());
        _departures.Remove(Third.Path.Address);
        Assert.Equal(FirstOfAll.Moves, (await RebalanceAsync()).Order());
    }

    [Fact] // to whom?
    public async Task Where_all_leave_no_shard_moves_and_one_without_owner_gets_one()
    {
        _departures.AddOwn();
        _departures.Add(Second.Path.Address);
        _departures.Add(Third.Path.Address);
        Assert.Empty(await RebalanceAsync());
        Assert.Contains(await AllocateAsync(), new[] { Own, Second, Third });
    }

    [Theory] // each node has to agree to each move, and a dead one does not
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_a_node_is_unreachable_nothing_moves(bool isSomebodyLeaving)
    {
        if (isSomebodyLeaving)
            _departures.Add(Second.Path.Address);
        _isReachable = false;
        Assert.Empty(await RebalanceAsync());
        _isReachable = true;
        Assert.NotEmpty(await RebalanceAsync());
    }

    [Theory] // whoever gets it may be the one that has the fewest
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_a_shard_has_no_owner_no_other_one_loses_its_own(bool isSomebodyLeaving)
    {
        if (isSomebodyLeaving)
            _departures.Add(Second.Path.Address);
        var between = Allocations().SetItem(Own, ImmutableList.Create("0", "1", "2"));
        Assert.Empty(await _careful.Rebalance(between, ImmutableHashSet<string>.Empty));
    }

    [Fact]
    public async Task While_the_store_is_away_the_shards_of_who_leaves_stay_as_long_as_it_does()
    {
        _departures.Add(Second.Path.Address);
        _node.Store.ReportFailure(new IOException("gone"));
        Assert.Empty(await RebalanceAsync());
    }

    private static IActorRef Region(string at) =>
        new Named(ActorPath.Parse($"akka.tcp://leasequery{at}/system/sharding/address"));

    private static IImmutableDictionary<IActorRef, IImmutableList<string>> Allocations() =>
        ImmutableDictionary<IActorRef, IImmutableList<string>>.Empty
            .Add(Own, ImmutableList.Create("0", "1", "2", "3"))
            .Add(Second, ImmutableList.Create("4", "5", "6", "7"))
            .Add(Third, ImmutableList<string>.Empty);

    private Task<IImmutableSet<string>> RebalanceAsync(params string[] moving) =>
        _careful.Rebalance(Allocations(), moving.ToImmutableHashSet());

    private Task<IActorRef> AllocateAsync() => _careful.AllocateShard(ActorRefs.Nobody, "8", Allocations());

    private sealed class FirstOfAll : IShardAllocationStrategy
    {
        public static readonly string[] Moves = ["0", "4"];

        public Task<IActorRef> AllocateShard(IActorRef requester, string shardId,
            IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations) =>
            Task.FromResult(currentShardAllocations.Keys.First());

        public Task<IImmutableSet<string>> Rebalance(
            IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations,
            IImmutableSet<string> rebalanceInProgress) =>
            Task.FromResult<IImmutableSet<string>>(Moves.ToImmutableHashSet());
    }

    private sealed class Named(ActorPath path) : MinimalActorRef
    {
        public override ActorPath Path => path;

        public override IActorRefProvider Provider => throw new NotSupportedException();
    }
}
