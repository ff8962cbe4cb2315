using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Tests.Support;

namespace Leasequery.Actors.Tests.Addresses;

public sealed class CarefulAllocationTests : IDisposable
{
    private readonly Node _node = new();
    private readonly CarefulAllocation _careful;

    public CarefulAllocationTests() => _careful = new CarefulAllocation(new MovesAll(), _node.Store);

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task Shards_move_while_the_store_is_there_and_stay_while_it_is_not()
    {
        Assert.Equal(["7"], await RebalanceAsync());
        _node.Store.ReportFailure(new IOException("gone"));
        Assert.Empty(await RebalanceAsync());
        _node.Store.ReportSuccess();
        Assert.Equal(["7"], await RebalanceAsync());
    }

    [Fact] // its old owner is gone: a new one that loads it when the store is back is better than none
    public async Task A_shard_without_owner_gets_one_all_the_same()
    {
        _node.Store.ReportFailure(new IOException("gone"));
        Assert.Equal(ActorRefs.Nobody, await _careful.AllocateShard(ActorRefs.Nobody, "7", MovesAll.Anywhere));
    }

    private Task<IImmutableSet<string>> RebalanceAsync() => _careful.Rebalance(MovesAll.Anywhere, ImmutableHashSet<string>.Empty);

    private sealed class MovesAll : IShardAllocationStrategy
    {
        public static readonly IImmutableDictionary<IActorRef, IImmutableList<string>> Anywhere =
            ImmutableDictionary<IActorRef, IImmutableList<string>>.Empty;

        public Task<IActorRef> AllocateShard(IActorRef requester, string shardId,
            IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations) =>
            Task.FromResult<IActorRef>(ActorRefs.Nobody);

        public Task<IImmutableSet<string>> Rebalance(
            IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations,
            IImmutableSet<string> rebalanceInProgress) =>
            Task.FromResult<IImmutableSet<string>>(ImmutableHashSet.Create("7"));
    }
}
