using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Leasequery.Actors.Stores;

namespace Leasequery.Actors.Addresses;

/// <summary>
/// Places shards as Akka does (where there are fewest), with two exceptions. They stay where they are while the store is away:
/// their owners know what is in them, and a new owner could not load it. And a node that is about to leave gets none and gives
/// away its own, a few at a time; until it has left, nothing else moves. The next few move when those before have owners.
/// </summary>
/// <param name="usual">Akka's way.</param>
/// <param name="store">Says whether the store is there.</param>
/// <param name="departures">Who leaves.</param>
/// <param name="shards">How many shards there are.</param>
/// <param name="atOnce">How many of them a node that leaves gives away at once.</param>
/// <param name="allReachable">
/// Whether every node can be reached. Each has to agree to each move; one that is dead would hold the shard up.
/// </param>
internal sealed class CarefulAllocation(IShardAllocationStrategy usual, StoreHealth store, Departures departures, int shards,
    int atOnce, Func<bool> allReachable) : IActorSystemDependentAllocationStrategy
{
    private static readonly Task<IImmutableSet<string>> None =
        Task.FromResult<IImmutableSet<string>>(ImmutableHashSet<string>.Empty);

    /// <inheritdoc/>
    public void Start(ActorSystem system) => (usual as IActorSystemDependentAllocationStrategy)?.Start(system);

    /// <inheritdoc/>
    public Task<IActorRef> AllocateShard(IActorRef requester, string shardId,
        IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations)
    {
        var staying = currentShardAllocations.RemoveRange(currentShardAllocations.Keys.Where(IsLeaving));
        return usual.AllocateShard(requester, shardId, staying.Count > 0 ? staying : currentShardAllocations);
    }

    /// <inheritdoc/>
    public Task<IImmutableSet<string>> Rebalance(IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations,
        IImmutableSet<string> rebalanceInProgress)
    {
        // Who assigns shards takes a moment from the last word of an old owner to the first to a new one.
        var owned = currentShardAllocations.Values.Sum(ofRegion => ofRegion.Count);
        if (store.Failure is not null || owned < shards || !allReachable())
            return None;
        var leaving = currentShardAllocations.Where(region => IsLeaving(region.Key)).ToArray();
        if (leaving.Length == 0)
            return usual.Rebalance(currentShardAllocations, rebalanceInProgress);
        if (leaving.Length == currentShardAllocations.Count || rebalanceInProgress.Count > 0)
            return None;
        return Task.FromResult<IImmutableSet<string>>(
            leaving.SelectMany(region => region.Value).Take(atOnce).ToImmutableHashSet());
    }

    private bool IsLeaving(IActorRef region) => departures.Include(region.Path.Address);
}
