using Leasequery.Wire;

namespace Leasequery.Load.Traffic;

/// <summary>
/// The DHCPREQUEST of a device that renews its lease through a relay (RFC 2131 section 4.3.2, REBINDING): what a DHCP server has
/// to be sent where a leasequery service gleans the DHCPACK.
/// </summary>
/// <param name="Relay">giaddr.</param>
internal sealed record LeaseRequest(Ipv4Address Relay) : ILeaseMessage
{
    private const int BootpSize = 300;

    /// <inheritdoc/>
    public int Write(Span<byte> message, Ipv4Address address, uint transaction)
    {
        Span<byte> location = stackalloc byte[Subscriber.LocationSize];
        Subscriber.WriteLocation(address, location);
        var writer = new DhcpPacketWriter(message, DhcpOpCode.BootRequest)
        {
            TransactionId = transaction,
            ClientAddress = address,
            RelayAddress = Relay,
            HardwareAddress = Subscriber.Device(address),
        };
        var fits = writer.TryWriteOption(DhcpOption.MessageType, (byte)DhcpMessageType.Request)
            && writer.TryWriteOption(DhcpOption.RelayAgentInformation, location);
        return fits ? writer.Finish(BootpSize) : throw new ArgumentException("too small for a DHCPREQUEST", nameof(message));
    }
}
