using System.Collections.Immutable;
using Akka.Actor;
using Leasequery.Domain.Bindings;
using Leasequery.Domain.Upstream;
using Leasequery.Wire;

namespace Leasequery.Actors.Upstream;

/// <summary>
/// The conversation of an address actor with the upstream actor of its node:
/// <code>
/// Ask --> Asked, then one Said for each server that was asked      who is asked always answers, at the latest with "silent"
/// </code>
/// </summary>
internal static class UpstreamProtocol
{
    /// <summary>Asks the servers that should know about an address, but none that was asked in this round already.</summary>
    public sealed record Ask(Ipv4Address Address, int Round, ImmutableHashSet<string> AlreadyAsked);

    /// <summary>These are being asked; none when there is nobody left to ask.</summary>
    public sealed record Asked(int Round, IReadOnlyList<string> Servers);

    /// <summary>What one server said.</summary>
    /// <param name="Round">From the question.</param>
    /// <param name="Verdict">What it said.</param>
    /// <param name="Lease">
    /// The lease, the device without one, or with "no lease" the one that had the last, when it told of any.
    /// </param>
    public sealed record Said(int Round, ServerVerdict Verdict, LeaseReported? Lease);
}

/// <summary>A message that finds its way to the actor of one server.</summary>
public interface IServerMessage
{
    /// <summary>The server's name: its endpoint.</summary>
    string Server { get; }
}

/// <summary>
/// The conversation with the actor of a server, of which there is one in the whole cluster:
/// <code>
/// Query   --> Result      at once from its caches, when the server replied, or when it is silent
///         --> Query       comes back when the actor moves to another node: to be asked again
/// Replied                 a datagram of the server, from the ingress that it came to
/// </code>
/// </summary>
public static class ServerProtocol
{
    /// <summary>Wants to know what the server says about an address.</summary>
    /// <param name="Server">The server.</param>
    /// <param name="Address">The address.</param>
    /// <param name="Asker">The address actor.</param>
    /// <param name="Round">The asker's number for this question.</param>
    public sealed record Query(string Server, Ipv4Address Address, IActorRef Asker, int Round) : IServerMessage;

    /// <summary>What the server says; goes to the upstream actor that sent the query.</summary>
    /// <param name="Server">The server.</param>
    /// <param name="Address">The address.</param>
    /// <param name="Asker">From the query.</param>
    /// <param name="Round">From the query.</param>
    /// <param name="Verdict">What it says.</param>
    /// <param name="Lease">
    /// The lease, the device without one, or with "no lease" the one that had the last, when it tells of any.
    /// </param>
    public sealed record Result(string Server, Ipv4Address Address, IActorRef Asker, int Round, ServerVerdict Verdict,
        LeaseReported? Lease) : IServerMessage;

    /// <summary>The server replied to something.</summary>
    /// <param name="Server">The server.</param>
    /// <param name="Reply">Its reply.</param>
    public sealed record Replied(string Server, ServerReply Reply) : IServerMessage;
}
