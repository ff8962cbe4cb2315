using System.Buffers.Binary;

namespace Leasequery.Host.Tests.Replaying;

/// <summary>A capture file in the system's temporary folder, gone after the test.</summary>
internal sealed class CaptureFile : IDisposable
{
    public const uint Ethernet = 1;
    public const uint Docsis = 143;

    private static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private CaptureFile(byte[] content) => File.WriteAllBytes(Path, content);

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"leasequery-{Guid.NewGuid():n}.pcap");

    public void Dispose() => File.Delete(Path);

    public static CaptureFile Of(byte[] content) => new(content);

    /// <summary>The classic format; each frame one second after the one before.</summary>
    public static byte[] Pcap(IEnumerable<byte[]> frames, uint linkType = Ethernet, double secondsApart = 1)
    {
        var file = new MemoryStream();
        Write(file, 0xa1b2c3d4, 0x0004_0002, 0, 0, 65535, linkType);
        var at = Start;
        foreach (var frame in frames)
        {
            var sinceEpoch = at - DateTime.UnixEpoch;
            Write(file, (uint)sinceEpoch.TotalSeconds, (uint)sinceEpoch.Microseconds + (uint)sinceEpoch.Milliseconds * 1000,
                (uint)frame.Length, (uint)frame.Length);
            file.Write(frame);
            at += TimeSpan.FromSeconds(secondsApart);
        }

        return file.ToArray();
    }

    /// <summary>The newer format: a section, an interface, a block a frame.</summary>
    public static byte[] PcapNg(IEnumerable<byte[]> frames)
    {
        const uint sectionHeader = 0x0a0d0d0a, interfaceDescription = 1, enhancedPacket = 6;
        var file = new MemoryStream();
        Write(file, sectionHeader, 28, 0x1a2b3c4d, 0x0000_0001, uint.MaxValue, uint.MaxValue, 28);
        Write(file, interfaceDescription, 20, Ethernet, 65535, 20);
        var at = (ulong)(Start - DateTime.UnixEpoch).TotalMicroseconds;
        foreach (var frame in frames)
        {
            var padding = -frame.Length & 3;
            var length = (uint)(32 + frame.Length + padding);
            Write(file, enhancedPacket, length, 0, (uint)(at >> 32), (uint)at, (uint)frame.Length, (uint)frame.Length);
            file.Write(frame);
            file.Write(new byte[padding]);
            Write(file, length);
            at += 1_000_000;
        }

        return file.ToArray();
    }

    private static void Write(MemoryStream file, params uint[] words)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        foreach (var word in words)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, word);
            file.Write(bytes);
        }
    }
}
