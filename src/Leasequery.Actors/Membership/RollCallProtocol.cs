using Leasequery.Wire;

namespace Leasequery.Actors.Membership;

/// <summary>A message between the roll calls of two nodes.</summary>
public interface IRollCallMessage;

/// <summary>
/// The conversation of nodes about who is there:
/// <code>
/// Call --> Present       at once
/// </code>
/// Before there is a cluster its answers decide who forms it (<see cref="Election"/>); then they keep members in <see
/// cref="Touch"/>, and tell of another cluster (<see cref="Rivals"/>).
/// </summary>
public static class RollCallProtocol
{
    /// <summary>Who is there, and am I one of you?</summary>
    /// <param name="Caller">Where the caller listens.</param>
    /// <param name="Incarnation">Which start of the node this is: Akka's number for it.</param>
    /// <param name="CalledAt">When, on the caller's clock.</param>
    public sealed record Call(Ipv4Endpoint Caller, int Incarnation, long CalledAt) : IRollCallMessage;

    /// <summary>I am.</summary>
    /// <param name="Node">Where the one who answers listens.</param>
    /// <param name="CalledAt">From the call.</param>
    /// <param name="IsMember">True when it belongs to a cluster.</param>
    /// <param name="KnowsCaller">True when this very start of the caller belongs to it too.</param>
    /// <param name="VotesForCaller">True when it would have the caller form a cluster.</param>
    public sealed record Present(Ipv4Endpoint Node, long CalledAt, bool IsMember, bool KnowsCaller, bool VotesForCaller)
        : IRollCallMessage;
}
