using Leasequery.Wire;

namespace Leasequery.Load.Traffic;

/// <summary>The DHCPACK that a relay would pass on: subscriber, location, times and two options that are kept.</summary>
/// <param name="Relay">giaddr.</param>
/// <param name="LeaseSeconds">Option 51.</param>
internal sealed record LeaseGrant(Ipv4Address Relay, uint LeaseSeconds) : ILeaseMessage
{
    /// <inheritdoc/>
    public int Write(Span<byte> message, Ipv4Address address, uint transaction)
    {
        Span<byte> location = stackalloc byte[Subscriber.LocationSize];
        Subscriber.WriteLocation(address, location);
        var writer = new DhcpPacketWriter(message, DhcpOpCode.BootReply)
        {
            TransactionId = transaction,
            YourAddress = address,
            RelayAddress = Relay,
            HardwareAddress = Subscriber.Device(address),
        };
        var fits = writer.TryWriteOption(DhcpOption.MessageType, (byte)DhcpMessageType.Ack)
            && writer.TryWriteOption(DhcpOption.ServerIdentifier, Relay)
            && writer.TryWriteOption(DhcpOption.LeaseTime, LeaseSeconds)
            && writer.TryWriteOption(DhcpOption.SubnetMask, 0xffffff00u)
            && writer.TryWriteOption(DhcpOption.Router, address.Value & 0xffffff00u | 1)
            && writer.TryWriteOption(DhcpOption.RelayAgentInformation, location);
        return fits ? writer.Finish() : throw new ArgumentException("too small for an ACK", nameof(message));
    }
}
