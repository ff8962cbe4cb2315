using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Sharding;

namespace Leasequery.Actors.Tests.Cluster;

/// <summary>Puts shards where a test wants them, and moves them when it changes its mind.</summary>
internal sealed class ShardPlaces : IShardAllocationStrategy
{
    private volatile ImmutableDictionary<string, Address> _wanted = ImmutableDictionary<string, Address>.Empty;

    /// <summary>From now on a shard shall live at a node.</summary>
    public void Want(string shard, Address node) => _wanted = _wanted.SetItem(shard, node);

    public Task<IActorRef> AllocateShard(IActorRef requester, string shardId,
        IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations) =>
        Task.FromResult(currentShardAllocations.Keys.FirstOrDefault(region => IsAt(region, shardId))
            ?? (currentShardAllocations.ContainsKey(requester) ? requester : currentShardAllocations.Keys.First()));

    public Task<IImmutableSet<string>> Rebalance(IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations,
        IImmutableSet<string> rebalanceInProgress) => Task.FromResult<IImmutableSet<string>>(
        [.. currentShardAllocations
            .SelectMany(region => region.Value.Where(shard =>
                !IsAt(region.Key, shard) && currentShardAllocations.Keys.Any(other => IsAt(other, shard))))
            .Except(rebalanceInProgress)]);

    // The coordinator's own node has a path without host and port.
    private bool IsAt(IActorRef region, string shard) => !_wanted.TryGetValue(shard, out var node)
        || (region.Path.Address.HasLocalScope ? node == CoordinatorNode : region.Path.Address == node);

    /// <summary>Where the coordinator runs: the oldest node.</summary>
    public required Address CoordinatorNode { get; init; }
}
