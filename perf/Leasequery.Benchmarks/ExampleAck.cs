using System.Buffers.Binary;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;

namespace Leasequery.Benchmarks;

/// <summary>
/// The DHCPACK that the rungs glean from: a relayed one with an option 82 of 44 bytes, as the load generator sends it.
/// </summary>
internal static class ExampleAck
{
    /// <summary>Holds the message.</summary>
    public const int MaxSize = 400;

    private static readonly byte[] Location = Convert.FromHexString(
        "0114" + "6361626c65372f302f30332d3061303130323033" + "0206" + "02ca0a010203" + "060c" + "7375622d3061303130323033");

    /// <summary>Writes it for an address and returns its length.</summary>
    public static int Write(Span<byte> message, Ipv4Address address, uint transaction)
    {
        Span<byte> device = [0x02, 0x4c, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(device[2..], address.Value);
        HardwareAddress.TryCreate(HardwareAddress.Ethernet, device, out var hardware);
        var writer = new DhcpPacketWriter(message, DhcpOpCode.BootReply)
        {
            TransactionId = transaction,
            YourAddress = address,
            RelayAddress = Ipv4Address.Parse("10.9.9.9"),
            HardwareAddress = hardware,
        };
        var fits = writer.TryWriteOption(DhcpOption.MessageType, (byte)DhcpMessageType.Ack)
            && writer.TryWriteOption(DhcpOption.ServerIdentifier, Ipv4Address.Parse("10.9.9.1"))
            && writer.TryWriteOption(DhcpOption.LeaseTime, 3600u)
            && writer.TryWriteOption(DhcpOption.SubnetMask, 0xffffff00u)
            && writer.TryWriteOption(DhcpOption.Router, address.Value & 0xffffff00u | 1)
            && writer.TryWriteOption(DhcpOption.RelayAgentInformation, Location);
        return fits ? writer.Finish() : throw new InvalidOperationException("the ACK fits");
    }

    /// <summary>What is gleaned from it, with the options that are kept unless a setting says otherwise.</summary>
    public static LeaseGranted Observe(Ipv4Address address)
    {
        Span<byte> message = stackalloc byte[MaxSize];
        DhcpPacket.TryParse(message[..Write(message, address, transaction: 1)], out var packet, out _);
        return (LeaseGranted)Gleaning.Observe(packet, OptionSet.Of(DhcpOption.SubnetMask, DhcpOption.Router), out _)!;
    }
}
