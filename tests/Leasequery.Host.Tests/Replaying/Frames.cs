using System.Buffers.Binary;
using Leasequery.Wire;

namespace Leasequery.Host.Tests.Replaying;

/// <summary>DHCP messages and the frames that carry them.</summary>
internal static class Frames
{
    public const int EthernetHeader = 14;
    public const int IpHeader = 20;
    public const int UdpHeader = 8;

    /// <summary>A DISCOVER that its transaction id tells from others.</summary>
    public static byte[] Discover(uint transactionId)
    {
        var buffer = new byte[400];
        var writer = new DhcpPacketWriter(buffer, DhcpOpCode.BootRequest) { TransactionId = transactionId };
        writer.TryWriteOption(DhcpOption.MessageType, (byte)DhcpMessageType.Discover);
        return buffer[..writer.Finish(300)];
    }

    /// <summary>An Ethernet frame with IPv4 and UDP.</summary>
    /// <param name="payload">What UDP carries.</param>
    /// <param name="port">Source and destination port.</param>
    /// <param name="protocol">17 is UDP.</param>
    /// <param name="fragment">Flags and offset as IPv4 has them; 0x2000 says that more fragments follow.</param>
    /// <param name="tags">EtherTypes of VLAN tags, outermost first.</param>
    public static byte[] Ethernet(byte[] payload, ushort port = 67, byte protocol = 17, ushort fragment = 0, params ushort[] tags)
    {
        var frame = new List<byte>(new byte[12]); // the two MAC addresses
        foreach (var tag in tags)
            frame.AddRange([(byte)(tag >> 8), (byte)tag, 0, 42]);
        frame.AddRange([0x08, 0x00]);

        var ip = new byte[IpHeader];
        ip[0] = 0x45; // version 4, five words of header
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(2), (ushort)(IpHeader + UdpHeader + payload.Length));
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(6), fragment);
        ip[8] = 64;
        ip[9] = protocol;
        frame.AddRange(ip);

        var udp = new byte[UdpHeader];
        BinaryPrimitives.WriteUInt16BigEndian(udp, port);
        BinaryPrimitives.WriteUInt16BigEndian(udp.AsSpan(2), port);
        BinaryPrimitives.WriteUInt16BigEndian(udp.AsSpan(4), (ushort)(UdpHeader + payload.Length));
        frame.AddRange(udp);
        frame.AddRange(payload);
        return [.. frame];
    }
}
