using Akka.Actor;

namespace Leasequery.Actors.Forwarding;

/// <summary>
/// Which node owns which shard, as far as this node knows. Learned from the shards' directories, which every node keeps open, so
/// it costs no message of its own. It may be late; then a question takes one hop more, and no answer is wrong: only who owns a
/// shard answers for it.
/// </summary>
/// <param name="shards">How many shards there are.</param>
public sealed class ShardOwners(int shards)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Address, ShardOwner> _nodes = []; // also those that have no shard just now
    private readonly ShardOwner?[] _owners = new ShardOwner?[shards];
    private volatile Action? _whenWanted;
    private int _isWanted;

    /// <summary>The node that owns a shard; null while nobody has said so.</summary>
    public Address? NodeOf(int shard) => Find(shard)?.Node;

    /// <summary>
    /// What to ask about a shard of another node; null for one of this node, and while nobody knows. Takes no lock.
    /// </summary>
    internal IActorRef? LookUpOf(int shard) => Find(shard)?.LookUp;

    /// <summary>Who owns a shard; null while nobody knows. Takes no lock.</summary>
    internal ShardOwner? Find(int shard) => Volatile.Read(ref _owners[shard]);

    /// <summary>A shard's directory was heard of from a node.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="node">Where its directory lives.</param>
    /// <param name="describe">Says what a node is, or null when that is not known yet. Called once a node.</param>
    internal void Learn(int shard, Address node, Func<Address, ShardOwner?> describe)
    {
        lock (_lock)
        {
            if (_owners[shard]?.Node == node)
                return;
            if (!_nodes.TryGetValue(node, out var owner) && (owner = describe(node)) is not null)
                _nodes[node] = owner;
            if (owner is not null)
                Volatile.Write(ref _owners[shard], owner);
        }
    }

    /// <summary>The shard is no longer where it was.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="node">Where it was. When it has been heard of from elsewhere since, that stays.</param>
    internal void Forget(int shard, Address node)
    {
        lock (_lock)
        {
            if (shard >= 0 && shard < shards && _owners[shard]?.Node == node)
                Volatile.Write(ref _owners[shard], null);
        }
    }

    /// <summary>A node went, and all of its shards with it.</summary>
    internal void Forget(Address node)
    {
        lock (_lock)
        {
            if (_nodes.Remove(node, out var gone))
                gone.Go();
            for (var shard = 0; shard < _owners.Length; shard++)
                Forget(shard, node);
        }
    }

    /// <summary>There is a question about a shard of which nobody knows where it is. Any number of these is one call.</summary>
    internal void Want()
    {
        if (Volatile.Read(ref _isWanted) == 0 && Interlocked.Exchange(ref _isWanted, 1) == 0)
            _whenWanted?.Invoke();
    }

    /// <summary>Whom to call when a shard's owner is wanted; may be called by any thread.</summary>
    internal void WhenWanted(Action call) => _whenWanted = call;

    /// <summary>The directories are being asked.</summary>
    internal void Asking() => Volatile.Write(ref _isWanted, 0);
}
