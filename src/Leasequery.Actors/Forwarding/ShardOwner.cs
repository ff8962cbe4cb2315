using Akka.Actor;

namespace Leasequery.Actors.Forwarding;

/// <summary>A node that owns shards, as another node sees it.</summary>
/// <param name="node">The node.</param>
/// <param name="lookUp">What to ask about its addresses; null for this node.</param>
/// <param name="delivery">Who takes what is gleaned of them; null for this node, and for one that takes no batches.</param>
internal sealed class ShardOwner(Address node, IActorRef? lookUp, IActorRef? delivery)
{
    private volatile bool _isGone;

    public Address Node => node;

    public IActorRef? LookUp => lookUp;

    public IActorRef? Delivery => delivery;

    /// <summary>True when the node has left the cluster, with all that was on its way to it.</summary>
    public bool IsGone => _isGone;

    public void Go() => _isGone = true;
}
