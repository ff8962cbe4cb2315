using System.Collections.Immutable;
using Akka.Actor;

namespace Leasequery.Actors.Addresses;

/// <summary>
/// The nodes that are about to leave, as far as this one has been told. Who assigns shards looks here (<see
/// cref="CarefulAllocation"/>); written by one actor.
/// </summary>
internal sealed class Departures
{
    private volatile ImmutableHashSet<Address> _others = [];
    private volatile bool _isOwn;

    /// <summary>Another node said so.</summary>
    public void Add(Address node) => _others = _others.Add(node);

    /// <summary>It has left. Who comes next under its address stays.</summary>
    public void Remove(Address node) => _others = _others.Remove(node);

    /// <summary>This node is about to leave itself.</summary>
    public void AddOwn() => _isOwn = true;

    /// <summary>Whether a node is about to leave; an address without a host is this node's own.</summary>
    public bool Include(Address node) => node.HasLocalScope ? _isOwn : _others.Contains(node);
}
