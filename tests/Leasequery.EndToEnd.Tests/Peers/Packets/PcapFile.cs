using System.Buffers.Binary;
using System.Net;

namespace Leasequery.EndToEnd.Tests.Peers.Packets;

/// <summary>
/// Reads and writes UDP over IPv4 in the classic pcap format. By hand, in a page, so that what the service reads with a
/// library is not checked with the same library.
/// </summary>
public static class PcapFile
{
    const uint Magic = 0xA1B2C3D4; // Little-endian, microseconds: what dumpcap -P writes on every machine this runs on.
    const int FileHeader = 24, LinkTypeOffset = 20, RecordHeader = 16;
    const int LinkTypeEthernet = 1, LinkTypeIpv4 = 228;
    const int EthernetHeader = 14, EtherTypeOffset = 12, EtherTypeIpv4 = 0x0800;
    const int IpHeader = 20, IpProtocolOffset = 9, IpSourceOffset = 12, IpDestinationOffset = 16;
    const int UdpHeader = 8, UdpLengthOffset = 4, Udp = 17;

    /// <summary>
    /// The datagrams of a capture, other packets left out. A last record that is cut short ends it: the capture may still be
    /// being written.
    /// </summary>
    public static IReadOnlyList<CapturedDatagram> Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        ReadOnlySpan<byte> rest = copy.ToArray();
        var datagrams = new List<CapturedDatagram>();
        if (rest.Length < FileHeader)
            return datagrams;
        if (BinaryPrimitives.ReadUInt32LittleEndian(rest) != Magic)
            throw new InvalidDataException($"{path} is not a little-endian pcap file with microseconds.");
        var link = BinaryPrimitives.ReadInt32LittleEndian(rest[LinkTypeOffset..]);
        rest = rest[FileHeader..];
        while (rest.Length >= RecordHeader)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest[8..]);
            if (rest.Length - RecordHeader < length)
                break;
            var time = DateTimeOffset.UnixEpoch
                .AddSeconds(BinaryPrimitives.ReadUInt32LittleEndian(rest))
                .AddMicroseconds(BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]));
            if (Parse(rest.Slice(RecordHeader, length), link, time) is { } datagram)
                datagrams.Add(datagram);
            rest = rest[(RecordHeader + length)..];
        }
        return datagrams;
    }

    /// <summary>
    /// Writes datagrams as bare IPv4 packets. Checksums stay zero: tshark does not look at them unless told to.
    /// </summary>
    public static void Write(string path, IEnumerable<CapturedDatagram> datagrams)
    {
        using var writer = new BinaryWriter(File.Create(path));
        writer.Write(Magic);
        writer.Write(0x0004_0002); // version 2.4
        writer.Write(0L); // time zone, accuracy
        writer.Write(65_535); // longest packet
        writer.Write(LinkTypeIpv4);
        foreach (var datagram in datagrams)
        {
            var packet = ToPacket(datagram);
            var microseconds = (datagram.Time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
            writer.Write((uint)(microseconds / 1_000_000));
            writer.Write((uint)(microseconds % 1_000_000));
            writer.Write(packet.Length);
            writer.Write(packet.Length);
            writer.Write(packet);
        }
    }

    static CapturedDatagram? Parse(ReadOnlySpan<byte> frame, int link, DateTimeOffset time)
    {
        if (link == LinkTypeEthernet)
        {
            if (frame.Length < EthernetHeader || BinaryPrimitives.ReadUInt16BigEndian(frame[EtherTypeOffset..]) != EtherTypeIpv4)
                return null;
            frame = frame[EthernetHeader..];
        }
        var header = (frame[0] & 0x0F) * 4;
        if (frame[IpProtocolOffset] != Udp || frame.Length < header + UdpHeader)
            return null;
        var udp = frame[header..];
        return new CapturedDatagram(
            time,
            new IPEndPoint(new IPAddress(frame.Slice(IpSourceOffset, 4)), BinaryPrimitives.ReadUInt16BigEndian(udp)),
            new IPEndPoint(new IPAddress(frame.Slice(IpDestinationOffset, 4)), BinaryPrimitives.ReadUInt16BigEndian(udp[2..])),
            udp[UdpHeader..BinaryPrimitives.ReadUInt16BigEndian(udp[UdpLengthOffset..])].ToArray());
    }

    static byte[] ToPacket(CapturedDatagram datagram)
    {
        var packet = new byte[IpHeader + UdpHeader + datagram.Payload.Length];
        packet[0] = 0x45; // version 4, header of 5 words
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        packet[8] = 64; // time to live
        packet[IpProtocolOffset] = Udp;
        datagram.Source.Address.TryWriteBytes(packet.AsSpan(IpSourceOffset), out _);
        datagram.Destination.Address.TryWriteBytes(packet.AsSpan(IpDestinationOffset), out _);
        var udp = packet.AsSpan(IpHeader);
        BinaryPrimitives.WriteUInt16BigEndian(udp, (ushort)datagram.Source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], (ushort)datagram.Destination.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[UdpLengthOffset..], (ushort)udp.Length);
        datagram.Payload.CopyTo(udp[UdpHeader..]);
        return packet;
    }
}
