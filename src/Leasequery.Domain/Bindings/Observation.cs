using Leasequery.Wire;

namespace Leasequery.Domain.Bindings;

/// <summary>What a DHCP message that passed by, or a server that was asked, says about one address.</summary>
/// <param name="Address">The address.</param>
/// <param name="Device">htype, hlen and chaddr of the device.</param>
/// <param name="ClientIdentifier">Its option 61, where the message has one.</param>
/// <param name="TransactionId">xid.</param>
public abstract record Observation(Ipv4Address Address, HardwareAddress Device, ClientIdentifier? ClientIdentifier,
    uint TransactionId);

/// <summary>A DHCPACK: a server granted or renewed a lease.</summary>
/// <param name="Address">yiaddr.</param>
/// <param name="Device">htype, hlen and chaddr.</param>
/// <param name="ClientIdentifier">Option 61, which servers return by RFC 6842.</param>
/// <param name="TransactionId">xid.</param>
/// <param name="LeaseSeconds">Option 51; 0xffffffff is infinite.</param>
/// <param name="RenewalSeconds">Option 58, where the server sent it.</param>
/// <param name="RebindingSeconds">Option 59, where the server sent it.</param>
/// <param name="Relay">giaddr.</param>
/// <param name="Server">Option 54.</param>
/// <param name="RelayAgentInformation">Option 82, joined; empty where the message has none.</param>
/// <param name="Options">Kept options: code, length, value.</param>
public sealed record LeaseGranted(Ipv4Address Address, HardwareAddress Device, ClientIdentifier? ClientIdentifier,
    uint TransactionId, uint LeaseSeconds, uint? RenewalSeconds, uint? RebindingSeconds, Ipv4Address Relay, Ipv4Address Server,
    OctetString RelayAgentInformation, OctetString Options)
    : Observation(Address, Device, ClientIdentifier, TransactionId);

/// <summary>A DHCPRELEASE or DHCPDECLINE: a device lets an address go.</summary>
/// <param name="Address">ciaddr of a release, option 50 of a decline.</param>
/// <param name="Device">htype, hlen and chaddr.</param>
/// <param name="ClientIdentifier">Option 61.</param>
/// <param name="TransactionId">xid.</param>
/// <param name="As">Released or declined.</param>
public sealed record LeaseGivenUp(Ipv4Address Address, HardwareAddress Device, ClientIdentifier? ClientIdentifier,
    uint TransactionId, BindingState As)
    : Observation(Address, Device, ClientIdentifier, TransactionId);

/// <summary>
/// A leasequery reply that names a device: a server says who has the address (RFC 4388 section 6.5, N40), mostly by a lease, or
/// who had it last (N31).
/// </summary>
/// <param name="Address">ciaddr.</param>
/// <param name="Device">htype, hlen and chaddr.</param>
/// <param name="ClientIdentifier">Option 61, where the server sent it.</param>
/// <param name="TransactionId">xid.</param>
/// <param name="RemainingSeconds">
/// Option 51, which counts from the reply; 0xffffffff is infinite; 0: nobody has a lease, this device had the last.
/// </param>
/// <param name="RenewalSeconds">Option 58, from the reply, where the server sent it.</param>
/// <param name="RebindingSeconds">Option 59, from the reply, where the server sent it.</param>
/// <param name="LastTransactionSeconds">Option 91: how long ago the client spoke with the server, where that said so.</param>
/// <param name="Server">Who says it.</param>
/// <param name="RelayAgentInformation">Option 82, joined; empty where the reply has none.</param>
/// <param name="Options">Kept options: code, length, value.</param>
public sealed record LeaseReported(Ipv4Address Address, HardwareAddress Device, ClientIdentifier? ClientIdentifier,
    uint TransactionId, uint RemainingSeconds, uint? RenewalSeconds, uint? RebindingSeconds, uint? LastTransactionSeconds,
    Ipv4Address Server, OctetString RelayAgentInformation, OctetString Options)
    : Observation(Address, Device, ClientIdentifier, TransactionId)
{
    /// <summary>
    /// True when the server says active and no time: the device is there without a lease (N24). Then
    /// <see cref="RemainingSeconds"/> is for how long that is believed.
    /// </summary>
    public bool IsConfigured { get; init; }
}

/// <summary>
/// A leasequery reply without a lease and without a device: a server that manages the address says that nobody holds it (N32,
/// N42).
/// </summary>
/// <param name="Address">ciaddr.</param>
/// <param name="Server">Who says it.</param>
public sealed record NoLeaseReported(Ipv4Address Address, Ipv4Address Server)
    : Observation(Address, HardwareAddress.None, null, 0);
