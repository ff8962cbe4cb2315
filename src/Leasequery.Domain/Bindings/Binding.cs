using System.Runtime.CompilerServices;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Domain.Bindings;

/// <summary>
/// How a binding stands, apart from the clock: a lease whose end has passed is still <see cref="Leased"/> here.
/// </summary>
public enum BindingState : byte
{
    /// <summary>A server granted a lease.</summary>
    Leased = 1,

    /// <summary>The device gave the address back (RFC 2131 section 4.4.6).</summary>
    Released = 2,

    /// <summary>The device found the address in use by another (RFC 2131 section 4.4.4).</summary>
    Declined = 3,

    /// <summary>A server said that nobody holds a lease any more (RFC 4388 section 6.5, DHCPLEASEUNASSIGNED).</summary>
    Expired = 4,

    /// <summary>
    /// A server named the device, and no lease (N24): nothing ends, but the server is to be asked again some time.
    /// </summary>
    Configured = 5,
}

/// <summary>What follows from a state and the clock.</summary>
public static class BindingStates
{
    /// <summary>
    /// What there is to say of a binding: the one rule, for bindings and for records of the table. A remaining time of 0 is no
    /// lease.
    /// </summary>
    /// <param name="state">Its state.</param>
    /// <param name="expiresAt">Its end, in Unix seconds.</param>
    /// <param name="now">Unix seconds.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // each query that the table settles comes by here
    public static LeasequeryOutcome OutcomeAt(this BindingState state, uint expiresAt, uint now) =>
        expiresAt <= now ? LeasequeryOutcome.Unleased
        : state == BindingState.Leased ? LeasequeryOutcome.Leased
        : state == BindingState.Configured ? LeasequeryOutcome.Configured
        : LeasequeryOutcome.Unleased;
}

/// <summary>
/// All that is known of who uses an address: the most recent device, its lease, and where it is. Kept when the lease is over,
/// because the most recent device is part of an answer (N31). All times are Unix seconds, absolute.
/// </summary>
/// <param name="Address">The address.</param>
/// <param name="State">How the binding stands.</param>
/// <param name="Device">htype, hlen and chaddr of the most recent device.</param>
/// <param name="ClientIdentifier">Its option 61, where one was seen.</param>
/// <param name="TransactionId">xid of the transaction that made this binding; tells copies of a message apart from news.</param>
/// <param name="LastTransactionAt">
/// When the device last spoke with a server (option 91 counts from here); 0 where a server that was asked did not say.
/// </param>
/// <param name="ExpiresAt">
/// End of the lease; <see cref="Never"/> for an infinite one. Without a lease, until when the server's word is believed.
/// </param>
/// <param name="RenewsAt">T1; 0 for an infinite lease, and where a server that was asked did not say.</param>
/// <param name="RebindsAt">T2; 0 as T1.</param>
/// <param name="Relay">giaddr of the relay agent that the device is behind; unspecified when none was seen.</param>
/// <param name="Server">The DHCP server that granted or reported the lease (option 54); unspecified when it did not say.</param>
/// <param name="RelayAgentInformation">Option 82, byte for byte (N5); empty when none was seen from this device.</param>
/// <param name="Options">Other options of the ACK that requestors may ask for, as on the wire: code, length, value.</param>
public sealed record Binding(
    Ipv4Address Address,
    BindingState State,
    HardwareAddress Device,
    ClientIdentifier? ClientIdentifier,
    uint TransactionId,
    uint LastTransactionAt,
    uint ExpiresAt,
    uint RenewsAt,
    uint RebindsAt,
    Ipv4Address Relay,
    Ipv4Address Server,
    OctetString RelayAgentInformation,
    OctetString Options)
{
    /// <summary>An end that never comes.</summary>
    public const uint Never = LeasequeryAnswer.Never;

    /// <summary>What there is to say of it.</summary>
    public LeasequeryOutcome OutcomeAt(uint now) => State.OutcomeAt(ExpiresAt, now);

    /// <summary>True while a lease runs. A remaining time of 0 is no lease.</summary>
    public bool IsLeasedAt(uint now) => OutcomeAt(now) == LeasequeryOutcome.Leased;

    /// <summary>True while somebody is known to have the address: by a lease that runs, or by a word that needs none.</summary>
    public bool IsHeldAt(uint now) => OutcomeAt(now) != LeasequeryOutcome.Unleased;

    /// <summary>
    /// True when a message comes from the device of this binding. Client identifiers decide where both sides have one
    /// (RFC 2131 section 4.2), otherwise the hardware address does.
    /// </summary>
    public bool IsHeldBy(HardwareAddress device, ClientIdentifier? clientIdentifier) =>
        ClientIdentifier is not null && clientIdentifier is not null
            ? ClientIdentifier.Equals(clientIdentifier)
            : !device.IsNone && Device == device;
}
