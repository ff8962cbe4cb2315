using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Leasequery.Actors.Stores;

namespace Leasequery.Actors.Addresses;

/// <summary>
/// Places shards as Akka does (where there are fewest), with two exceptions. They stay where they are while the store is away:
/// their owners know what is in them, and a new owner could not load it. And a node that is about to leave gets none and gives
/// away its own, a few at a time; until it has left, nothing else moves.
/// </summary>
/// <param name="usual">Akka's way.</param>
/// <param name="store">Says whether the store is there.</param>
/// <param name="departures">Who leaves.</param>
/// <param name="atOnce">How many of so many shards may move at once.</param>
internal sealed class CarefulAllocation(IShardAllocationStrategy usual, StoreHealth store, Departures departures,
    Func<int, int> atOnce) : IActorSystemDependentAllocationStrategy
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
        if (store.Failure is not null)
            return None;
        var leaving = currentShardAllocations.Where(region => IsLeaving(region.Key)).ToArray();
        if (leaving.Length == 0)
            return usual.Rebalance(currentShardAllocations, rebalanceInProgress);
        if (leaving.Length == currentShardAllocations.Count || rebalanceInProgress.Count > 0)
            return None;
        var shards = currentShardAllocations.Values.Sum(ofRegion => ofRegion.Count);
        return Task.FromResult<IImmutableSet<string>>(
            leaving.SelectMany(region => region.Value).Take(atOnce(shards)).ToImmutableHashSet());
    }

    private bool IsLeaving(IActorRef region) => departures.Include(region.Path.Address);
}
