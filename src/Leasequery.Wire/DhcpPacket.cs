using System.Buffers.Binary;

namespace Leasequery.Wire;

/// <summary>
/// A DHCP message (RFC 2131 section 2) seen in the bytes it came in. <see cref="TryParse"/> checks everything once: the
/// fixed fields, the cookie, that every option lies inside its field, that there is a message type. After it said yes no
/// accessor can fail, so the code that uses a packet has no error paths. Nothing is copied and nothing is allocated.
/// </summary>
public readonly ref struct DhcpPacket
{
    /// <summary>The fixed fields and the magic cookie; the shortest message has a message type behind them.</summary>
    public const int MinimumSize = DhcpLayout.Options;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly DhcpOverload _overload;

    private DhcpPacket(ReadOnlySpan<byte> bytes, DhcpOverload overload, DhcpMessageType type)
    {
        _bytes = bytes;
        _overload = overload;
        MessageType = type;
    }

    /// <summary>The message as it came.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Option 53.</summary>
    public DhcpMessageType MessageType { get; }

    /// <summary>Which way the message goes.</summary>
    public DhcpOpCode OpCode => (DhcpOpCode)_bytes[DhcpLayout.Op];

    /// <summary>hops: how many relay agents passed the message on.</summary>
    public byte Hops => _bytes[DhcpLayout.Hops];

    /// <summary>xid.</summary>
    public uint TransactionId => BinaryPrimitives.ReadUInt32BigEndian(_bytes[DhcpLayout.TransactionId..]);

    /// <summary>secs.</summary>
    public ushort Seconds => BinaryPrimitives.ReadUInt16BigEndian(_bytes[DhcpLayout.Seconds..]);

    /// <summary>flags.</summary>
    public ushort Flags => BinaryPrimitives.ReadUInt16BigEndian(_bytes[DhcpLayout.Flags..]);

    /// <summary>ciaddr.</summary>
    public Ipv4Address ClientAddress => Ipv4Address.Read(_bytes[DhcpLayout.ClientAddress..]);

    /// <summary>yiaddr.</summary>
    public Ipv4Address YourAddress => Ipv4Address.Read(_bytes[DhcpLayout.YourAddress..]);

    /// <summary>siaddr.</summary>
    public Ipv4Address ServerAddress => Ipv4Address.Read(_bytes[DhcpLayout.ServerAddress..]);

    /// <summary>giaddr.</summary>
    public Ipv4Address RelayAddress => Ipv4Address.Read(_bytes[DhcpLayout.RelayAddress..]);

    /// <summary>htype, hlen and chaddr.</summary>
    public HardwareAddress HardwareAddress => HardwareAddress.ReadField(_bytes[DhcpLayout.HardwareType],
        _bytes[DhcpLayout.HardwareLength], _bytes[DhcpLayout.ClientHardwareAddress..]);

    /// <summary>All options in wire order, the overloaded fields last (RFC 3396 section 5). Pad and end are left out.</summary>
    public DhcpOptionEnumerator Options => new(_bytes, _overload);

    /// <summary>
    /// Checks that a datagram is a DHCP message. Any bytes give a packet or a reason. A missing end option is let pass: the
    /// datagram's end says the same, and real senders forget it.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> datagram, out DhcpPacket packet, out DhcpParseError error)
    {
        packet = default;
        if (datagram.Length < MinimumSize)
            error = DhcpParseError.TooShort;
        else if (datagram[DhcpLayout.Op] is not ((byte)DhcpOpCode.BootRequest or (byte)DhcpOpCode.BootReply))
            error = DhcpParseError.BadOpCode;
        else if (datagram[DhcpLayout.HardwareLength] > HardwareAddress.MaxLength)
            error = DhcpParseError.HardwareAddressTooLong;
        else if (BinaryPrimitives.ReadUInt32BigEndian(datagram[DhcpLayout.MagicCookie..]) != DhcpLayout.MagicCookieValue)
            error = DhcpParseError.NoMagicCookie;
        else
            error = CheckOptions(datagram, out packet);
        return error == DhcpParseError.None;
    }

    /// <summary>What stands at ciaddr if this is a DHCP message, which is not checked; false when too short to be one.</summary>
    public static bool TryPeekClientAddress(ReadOnlySpan<byte> datagram, out Ipv4Address address)
    {
        var fits = datagram.Length >= MinimumSize;
        address = fits ? Ipv4Address.Read(datagram[DhcpLayout.ClientAddress..]) : default;
        return fits;
    }

    /// <summary>The first instance of an option. For options that may be split, use <see cref="TryReadOption"/>.</summary>
    public bool TryGetOption(DhcpOption code, out ReadOnlySpan<byte> value)
    {
        foreach (var option in Options)
        {
            if (option.Code != code)
                continue;
            value = option.Value;
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>
    /// An option's whole value: its instances joined in wire order (RFC 3396 section 5). One instance is returned in place;
    /// only several are copied, into <paramref name="scratch"/>. False when there is none, or when the whole is longer than
    /// the scratch space.
    /// </summary>
    public bool TryReadOption(DhcpOption code, Span<byte> scratch, out ReadOnlySpan<byte> value)
    {
        value = default;
        var instances = 0;
        var length = 0;
        foreach (var option in Options)
        {
            if (option.Code != code)
                continue;
            if (instances++ == 0)
            {
                value = option.Value;
                continue;
            }

            if (instances == 2 && !TryAppend(value, scratch, ref length) || !TryAppend(option.Value, scratch, ref length))
            {
                value = default;
                return false;
            }

            value = scratch[..length];
        }

        return instances > 0;
    }

    /// <summary>An option that holds an address; false when it is absent or not four bytes.</summary>
    public bool TryGetAddress(DhcpOption code, out Ipv4Address address)
    {
        var found = TryGetOption(code, out var value) && value.Length == Ipv4Address.Size;
        address = found ? Ipv4Address.Read(value) : default;
        return found;
    }

    /// <summary>An option that holds a number of 32 bits, seconds mostly; false when it is absent or not four bytes.</summary>
    public bool TryGetUInt32(DhcpOption code, out uint number)
    {
        var found = TryGetOption(code, out var value) && value.Length == sizeof(uint);
        number = found ? BinaryPrimitives.ReadUInt32BigEndian(value) : 0;
        return found;
    }

    private static bool TryAppend(ReadOnlySpan<byte> part, Span<byte> scratch, ref int length)
    {
        if (!part.TryCopyTo(scratch[length..]))
            return false;
        length += part.Length;
        return true;
    }

    private static DhcpParseError CheckOptions(ReadOnlySpan<byte> datagram, out DhcpPacket packet)
    {
        packet = default;
        var options = new DhcpOptionEnumerator(datagram, DhcpOverload.Unread);
        var type = DhcpMessageType.None;
        while (options.MoveNext())
        {
            if (options.Current.Code != DhcpOption.MessageType || type != DhcpMessageType.None)
                continue;
            if (options.Current.Value.Length != 1 || options.Current.Value[0] == (byte)DhcpMessageType.None)
                return DhcpParseError.NoMessageType;
            type = (DhcpMessageType)options.Current.Value[0];
        }

        if (options.Error != DhcpParseError.None)
            return options.Error;
        if (type == DhcpMessageType.None)
            return DhcpParseError.NoMessageType;
        packet = new DhcpPacket(datagram, options.Overload, type);
        return DhcpParseError.None;
    }
}
