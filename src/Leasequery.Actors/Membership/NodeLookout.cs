using Akka.Actor;
using Akka.Event;
using Leasequery.Wire;
using Microsoft.Extensions.Logging;

namespace Leasequery.Actors.Membership;

/// <summary>
/// What is known of the places where nodes may be, so that remoting connects only where it should. It belongs to an actor, which
/// hands it each <see cref="Seen"/> that it gets.
/// </summary>
internal sealed class NodeLookout(IActorRef owner, NodeCheck? check, TimeProvider clock, ILogger log, CancellationToken stop)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Dictionary<Ipv4Endpoint, (NodeKind Kind, long At)> _known = [];
    private readonly HashSet<Ipv4Endpoint> _beingLookedAt = [];

    /// <summary>Whether remoting may connect to it; not before its certificate was seen.</summary>
    public bool IsOurs(Ipv4Endpoint node)
    {
        if (check is null || (_known.TryGetValue(node, out var known) && known.Kind == NodeKind.Ours))
            return true;
        Look(node);
        return false;
    }

    /// <summary>
    /// The same, and somebody was there lately. Remoting that calls where nobody is warns of it each time; a node that is away
    /// for days would fill the logs of all others.
    /// </summary>
    public bool IsThere(Ipv4Endpoint node)
    {
        if (_known.TryGetValue(node, out var known) && clock.GetElapsedTime(known.At) < Interval)
            return known.Kind == NodeKind.Ours;
        Look(node);
        return false;
    }

    /// <summary>It was heard of.</summary>
    public void OnHeard(Ipv4Endpoint node) => _known[node] = (NodeKind.Ours, clock.GetTimestamp());

    /// <summary>Somebody has looked.</summary>
    public void OnSeen(Seen seen)
    {
        _beingLookedAt.Remove(seen.Node);
        if (seen.Kind == NodeKind.Stranger && _known.GetValueOrDefault(seen.Node).Kind != NodeKind.Stranger)
            log.LogWarning("{Node} is no node of ours: it shows no certificate of the authority of the cluster; "
                + "it is not spoken to", seen.Node);
        _known[seen.Node] = (seen.Kind, clock.GetTimestamp());
    }

    private void Look(Ipv4Endpoint node)
    {
        if (_beingLookedAt.Add(node))
            (check?.LookAsync(node, stop) ?? NodeCheck.KnockAsync(node, stop)).PipeTo(owner,
                success: kind => new Seen(node, kind), failure: _ => new Seen(node, NodeKind.Absent));
    }

    /// <summary>What is there.</summary>
    public sealed record Seen(Ipv4Endpoint Node, NodeKind Kind) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
