using System.Buffers.Binary;

namespace Leasequery.Wire.Tests.Support;

/// <summary>As much of the classic pcap format as the tests need: little-endian, Ethernet frames with IPv4 and UDP.</summary>
internal static class PcapFile
{
    private const uint Magic = 0xa1b2c3d4;
    private const int FileHeader = 24;
    private const int RecordHeader = 16;
    private const int Ethernet = 14;
    private const int Ip = 20;
    private const int Udp = 8;
    private const int SnapLength = 65535;

    /// <summary>The UDP payloads of a file, in order.</summary>
    public static List<byte[]> ReadUdpPayloads(string path)
    {
        var file = File.ReadAllBytes(path).AsSpan();
        Assert.Equal(Magic, BinaryPrimitives.ReadUInt32LittleEndian(file));
        var payloads = new List<byte[]>();
        for (var rest = file[FileHeader..]; !rest.IsEmpty;) // ends: each step takes at least a record header
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest[8..]);
            var datagram = rest.Slice(RecordHeader + Ethernet, length - Ethernet);
            datagram = datagram[((datagram[0] & 0x0f) * 4)..]; // behind the IP header
            payloads.Add(datagram[Udp..BinaryPrimitives.ReadUInt16BigEndian(datagram[4..])].ToArray());
            rest = rest[(RecordHeader + length)..];
        }

        return payloads;
    }

    /// <summary>Writes each payload as a frame from port 67 to port 67.</summary>
    public static void WriteUdpPayloads(string path, IEnumerable<byte[]> payloads)
    {
        using var file = File.Create(path);
        var header = new byte[FileHeader];
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        header[4] = 2; // version 2.4
        header[6] = 4;
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), SnapLength);
        header[20] = 1; // Ethernet
        file.Write(header);
        foreach (var payload in payloads)
            file.Write(Frame(payload));
    }

    private static byte[] Frame(byte[] payload)
    {
        var length = Ethernet + Ip + Udp + payload.Length;
        var frame = new byte[RecordHeader + length];
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(8), length);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(12), length);

        var ethernet = frame.AsSpan(RecordHeader);
        ethernet[12] = 0x08; // IPv4

        var ip = ethernet[Ethernet..];
        ip[0] = 0x45; // version 4, five words of header
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(Ip + Udp + payload.Length));
        ip[8] = 64; // time to live
        ip[9] = 17; // UDP
        RawMessage.Hex("0a000001 0a000002").CopyTo(ip[12..]);

        var udp = ip[Ip..];
        udp[1] = udp[3] = 67;
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)(Udp + payload.Length));
        payload.CopyTo(udp[Udp..]);
        return frame;
    }
}
