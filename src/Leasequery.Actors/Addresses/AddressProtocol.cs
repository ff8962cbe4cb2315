using Leasequery.Domain.Bindings;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Actors.Addresses;

/// <summary>A message that finds its way to the actor of one address. New messages only have to say which.</summary>
public interface IAddressMessage
{
    /// <summary>The address that the message is about.</summary>
    Ipv4Address Address { get; }
}

/// <summary>
/// The conversation with the actor of an address:
/// <code>
/// Locate --> Located      who asks is always answered, or the store is away and nothing can be known
/// Glean  --> Gleaned      after the event is stored, or when there is nothing to store
/// </code>
/// A question carries its return address, so that nobody keeps a table of open questions.
/// </summary>
public static class AddressProtocol
{
    /// <summary>Asks where the address lives.</summary>
    /// <param name="Request">The query.</param>
    /// <param name="Dialect">The dialect of its answer.</param>
    /// <param name="ReplyTo">Where the answer goes (N39).</param>
    /// <param name="Asked">The endpoint of ours that was asked; the answer leaves from there.</param>
    /// <param name="AskedAt">When, on the clock of the node that asks; see <see cref="Ingress.AdmissionGate"/>.</param>
    public sealed record Locate(LeasequeryRequest Request, LeasequeryDialect Dialect, Ipv4Endpoint ReplyTo, Ipv4Endpoint Asked,
        long AskedAt) : IAddressMessage
    {
        /// <inheritdoc/>
        public Ipv4Address Address => Request.Address;
    }

    /// <summary>What is known of the address.</summary>
    /// <param name="Question">The question.</param>
    /// <param name="Binding">The binding; null when nobody was ever seen on the address.</param>
    /// <param name="Finding">How to understand it.</param>
    public sealed record Located(Locate Question, Binding? Binding, Finding Finding = Finding.Settled) : IAddressMessage
    {
        /// <inheritdoc/>
        public Ipv4Address Address => Question.Address;
    }

    /// <summary>Tells what a DHCP message said about the address.</summary>
    /// <param name="Observation">What it said.</param>
    /// <param name="SeenAt">When, by the clock of the node that saw it; see <see cref="Ingress.AdmissionGate"/>.</param>
    public sealed record Glean(Observation Observation, long SeenAt) : IAddressMessage
    {
        // What is older is no message that was on its way: the clocks differ, or a node before 0.3.0 has counted otherwise.
        private const uint LongestDelay = 60;
        private const uint UsualDelay = 2;

        /// <summary>
        /// The second in which it was seen, where it has been on its way for a while: its shard moved, or the node that saw it
        /// stood still. Null where it has just come.
        /// </summary>
        /// <param name="now">Unix seconds.</param>
        public uint? DelayedSince(uint now) =>
            now - SeenAt / 1000 is >= UsualDelay and <= LongestDelay ? (uint)(SeenAt / 1000) : null;

        /// <inheritdoc/>
        public Ipv4Address Address => Observation.Address;
    }

    /// <summary>What was gleaned is done with.</summary>
    /// <param name="Address">The address.</param>
    /// <param name="SeenAt">From the message.</param>
    /// <param name="Result">What came of it.</param>
    public sealed record Gleaned(Ipv4Address Address, long SeenAt, GleanResult Result) : IAddressMessage;
}

/// <summary>How an address actor came to its answer.</summary>
public enum Finding : byte
{
    /// <summary>The binding says it all.</summary>
    Settled,

    /// <summary>No server manages the address, and nobody was ever seen on it (N25).</summary>
    NotManaged,

    /// <summary>Every server is silent; this is the last that was known.</summary>
    LastKnown,

    /// <summary>Every server is silent: there is no answer. Never a false NAK.</summary>
    Silence,
}

/// <summary>What came of a gleaned message; also the label of its counter.</summary>
public enum GleanResult : byte
{
    /// <summary>An event was stored.</summary>
    Stored,

    /// <summary>Nothing was new in it: a copy, or a release by somebody else.</summary>
    Unchanged,

    /// <summary>The store did not take the event.</summary>
    NotStored,
}
