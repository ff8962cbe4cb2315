using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Leasequery.Actors.Stores;

namespace Leasequery.Actors.Addresses;

/// <summary>
/// Places shards as Akka does (where there are fewest), but lets them stay where they are while the store is away: their owners
/// know what is in them, and a new owner could not load it.
/// </summary>
internal sealed class CarefulAllocation(IShardAllocationStrategy usual, StoreHealth store)
    : IActorSystemDependentAllocationStrategy
{
    private static readonly Task<IImmutableSet<string>> None =
        Task.FromResult<IImmutableSet<string>>(ImmutableHashSet<string>.Empty);

    /// <inheritdoc/>
    public void Start(ActorSystem system) => (usual as IActorSystemDependentAllocationStrategy)?.Start(system);

    /// <inheritdoc/>
    public Task<IActorRef> AllocateShard(IActorRef requester, string shardId,
        IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations) =>
        usual.AllocateShard(requester, shardId, currentShardAllocations);

    /// <inheritdoc/>
    public Task<IImmutableSet<string>> Rebalance(IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations,
        IImmutableSet<string> rebalanceInProgress) =>
        store.Failure is null ? usual.Rebalance(currentShardAllocations, rebalanceInProgress) : None;
}
