using Leasequery.Host.Wording;
using PacketDotNet;
using SharpPcap;
using SharpPcap.LibPcap;

namespace Leasequery.Host.Replaying;

/// <summary>A packet as the capture has it.</summary>
/// <param name="Number">Its number in the file, from 1, as Wireshark counts.</param>
/// <param name="At">When it was captured.</param>
/// <param name="LinkType">What its frame is.</param>
/// <param name="Frame">As much of it as was captured.</param>
internal readonly record struct CapturedPacket(int Number, DateTime At, LinkLayers LinkType, byte[] Frame);

/// <summary>Reads a pcap or pcapng file packet by packet, in constant memory; says where a broken one breaks.</summary>
internal sealed class CaptureReader : IDisposable
{
    private const int FileHeader = 24;
    private const int PacketHeader = 16;

    private readonly CaptureFileReaderDevice _device;
    private long _position = FileHeader;
    private int _number;

    private CaptureReader(CaptureFileReaderDevice device, long size)
    {
        _device = device;
        Size = size;
    }

    /// <summary>Bytes in the file.</summary>
    public long Size { get; }

    /// <summary>About how many of them were read; exact for pcap, somewhat low for pcapng. For a progress bar.</summary>
    public long Position => Math.Min(_position, Size);

    /// <summary>Where and why reading stopped before the end of the file; none when it did not.</summary>
    public string? Break { get; private set; }

    /// <summary>Opens a capture.</summary>
    /// <exception cref="CommandFailedException">It is no capture, or the library that reads it is missing.</exception>
    public static CaptureReader Open(string path)
    {
        if (!File.Exists(path))
            throw CannotRead(path, "there is no such file", null);
        try
        {
            var device = new CaptureFileReaderDevice(path);
            device.Open();
            return new CaptureReader(device, new FileInfo(path).Length);
        }
        catch (Exception failure) when (failure is DllNotFoundException or { InnerException: DllNotFoundException })
        {
            throw new CommandFailedException(ExitCodes.Unavailable,
                "reading captures needs libpcap, which is not installed: apt-get install libpcap0.8", failure);
        }
        catch (PcapException failure)
        {
            throw CannotRead(path, failure.Message, failure);
        }
    }

    /// <summary>Reads the next packet; false at the end of the file, or where it breaks.</summary>
    public bool TryRead(out CapturedPacket packet)
    {
        packet = default;
        switch (_device.GetNextPacket(out var capture))
        {
            case GetPacketStatus.PacketRead:
                _number++;
                _position += PacketHeader + capture.Data.Length;
                packet = new CapturedPacket(_number, capture.Header.Timeval.Date, _device.LinkType, capture.Data.ToArray());
                return true;
            case GetPacketStatus.NoRemainingPackets:
                _position = Size;
                return false;
            default:
                Break = $"packet {_number + 1}: {_device.LastError}";
                return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _device.Dispose();

    private static CommandFailedException CannotRead(string path, string reason, Exception? cause) =>
        new(ExitCodes.BadData, $"cannot read '{path}' as a pcap or pcapng capture: {reason}", cause);
}
