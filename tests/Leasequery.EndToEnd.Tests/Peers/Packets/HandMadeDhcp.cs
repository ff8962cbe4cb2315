using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Leasequery.EndToEnd.Tests.Peers.Packets;

/// <summary>
/// A DHCP message put together and taken apart byte by byte, with no code of the service: so that a mistake there is not made
/// here too. It can be wrong on purpose.
/// </summary>
public sealed record HandMadeDhcp
{
    const int TransactionIdOffset = 4, ClientAddressOffset = 12, YourAddressOffset = 16, RelayAddressOffset = 24;
    const int HardwareOffset = 28, HardwareRoom = 16, CookieOffset = 236, OptionsOffset = 240, LeastLength = 300;
    const byte Pad = 0, End = 255;

    static int _lastTransaction;

    /// <summary>1 for a request, 2 for a reply.</summary>
    public byte OpCode { get; init; } = 1;

    /// <summary>xid; another one for each message.</summary>
    public uint TransactionId { get; init; } = (uint)Interlocked.Increment(ref _lastTransaction);

    /// <summary>ciaddr.</summary>
    public IPAddress ClientAddress { get; init; } = IPAddress.Any;

    /// <summary>yiaddr.</summary>
    public IPAddress YourAddress { get; init; } = IPAddress.Any;

    /// <summary>giaddr.</summary>
    public IPAddress RelayAddress { get; init; } = IPAddress.Any;

    /// <summary>chaddr; with it go hlen and the htype of Ethernet.</summary>
    public byte[] Hardware { get; init; } = [];

    /// <summary>The options, in the order of the wire.</summary>
    public IReadOnlyList<(byte Code, byte[] Value)> Options { get; init; } = [];

    /// <summary>Option 53, 0 without one.</summary>
    public int MessageType => Option(53) is [var type] ? type : 0;

    /// <summary>The value of an option, null when it is not there; several instances are joined (RFC 3396).</summary>
    public byte[]? Option(byte code) => Options.Any(option => option.Code == code)
        ? [.. Options.Where(option => option.Code == code).SelectMany(option => option.Value)]
        : null;

    /// <summary>An option that is a number of seconds.</summary>
    public uint? Seconds(byte code) => Option(code) is { Length: 4 } value ? BinaryPrimitives.ReadUInt32BigEndian(value) : null;

    /// <summary>Sub-option 1 of option 82 as text, where it comes first.</summary>
    public string? CircuitId => Option(82) is [1, var length, .. var rest] ? Encoding.ASCII.GetString(rest, 0, length) : null;

    /// <summary>With one more option at the end.</summary>
    public HandMadeDhcp With(byte code, params byte[] value) => this with { Options = [.. Options, (code, value)] };

    /// <summary>Without an option.</summary>
    public HandMadeDhcp Without(byte code) => this with { Options = [.. Options.Where(option => option.Code != code)] };

    /// <summary>The datagram, with its end and padded to what BOOTP has.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Math.Max(LeastLength, OptionsOffset + Options.Sum(option => 2 + option.Value.Length) + 1)];
        (bytes[0], bytes[1], bytes[2]) = (OpCode, (byte)(Hardware.Length > 0 ? 1 : 0), (byte)Hardware.Length);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(TransactionIdOffset), TransactionId);
        ClientAddress.TryWriteBytes(bytes.AsSpan(ClientAddressOffset), out _);
        YourAddress.TryWriteBytes(bytes.AsSpan(YourAddressOffset), out _);
        RelayAddress.TryWriteBytes(bytes.AsSpan(RelayAddressOffset), out _);
        Hardware.AsSpan(0, Math.Min(Hardware.Length, HardwareRoom)).CopyTo(bytes.AsSpan(HardwareOffset));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(CookieOffset), 0x63825363);
        var at = OptionsOffset;
        foreach (var (code, value) in Options)
        {
            (bytes[at], bytes[at + 1]) = (code, (byte)value.Length);
            value.CopyTo(bytes, at + 2);
            at += 2 + value.Length;
        }
        bytes[at] = End;
        return bytes;
    }

    /// <summary>Takes a well-formed message apart; the options in sname and file are left out.</summary>
    public static HandMadeDhcp Read(ReadOnlySpan<byte> bytes)
    {
        var options = new List<(byte, byte[])>();
        for (var at = OptionsOffset; at < bytes.Length && bytes[at] != End;) // Ends: each turn moves at least one byte on.
        {
            if (bytes[at] == Pad)
            {
                at++;
                continue;
            }
            options.Add((bytes[at], bytes.Slice(at + 2, bytes[at + 1]).ToArray()));
            at += 2 + bytes[at + 1];
        }
        return new HandMadeDhcp
        {
            OpCode = bytes[0],
            TransactionId = BinaryPrimitives.ReadUInt32BigEndian(bytes[TransactionIdOffset..]),
            ClientAddress = new IPAddress(bytes.Slice(ClientAddressOffset, 4)),
            YourAddress = new IPAddress(bytes.Slice(YourAddressOffset, 4)),
            RelayAddress = new IPAddress(bytes.Slice(RelayAddressOffset, 4)),
            Hardware = bytes.Slice(HardwareOffset, bytes[2]).ToArray(),
            Options = options,
        };
    }

    /// <summary>All that it says, but for the transaction id and the options given: for comparing two answers.</summary>
    public string AllBut(params IReadOnlyCollection<byte> codes) =>
        $"op {OpCode} ciaddr {ClientAddress} yiaddr {YourAddress} giaddr {RelayAddress} chaddr {Convert.ToHexString(Hardware)} "
        + string.Join(' ', Options.Where(option => !codes.Contains(option.Code))
            .Select(option => $"{option.Code}:{Convert.ToHexString(option.Value)}"));

    /// <summary>For the message of a failed assertion.</summary>
    public override string ToString() => AllBut();
}
