using System.Buffers.Binary;

namespace Leasequery.Wire;

/// <summary>
/// Writes a DHCP message into the caller's span. The fixed fields are zero until set. Options go in one after the other; one
/// that does not fit is refused whole, so what stands in the span is a valid message at every moment once
/// <see cref="Finish"/> has put the end option (for which there is always room).
/// </summary>
public ref struct DhcpPacketWriter
{
    private const int MaxOptionLength = byte.MaxValue;
    private const int OptionHeader = 2; // code and length

    private readonly Span<byte> _message;
    private int _position;

    /// <summary>Starts a message: op, zeros, the magic cookie.</summary>
    /// <exception cref="ArgumentException">The span does not hold the fixed fields and an end option.</exception>
    public DhcpPacketWriter(Span<byte> destination, DhcpOpCode opCode)
    {
        if (destination.Length <= DhcpLayout.Options)
            throw new ArgumentException("too small for a DHCP message", nameof(destination));
        _message = destination;
        destination[..DhcpLayout.MagicCookie].Clear();
        destination[DhcpLayout.Op] = (byte)opCode;
        BinaryPrimitives.WriteUInt32BigEndian(destination[DhcpLayout.MagicCookie..], DhcpLayout.MagicCookieValue);
        _position = DhcpLayout.Options;
    }

    /// <summary>xid.</summary>
    public readonly uint TransactionId
    {
        set => BinaryPrimitives.WriteUInt32BigEndian(_message[DhcpLayout.TransactionId..], value);
    }

    /// <summary>secs.</summary>
    public readonly ushort Seconds
    {
        set => BinaryPrimitives.WriteUInt16BigEndian(_message[DhcpLayout.Seconds..], value);
    }

    /// <summary>flags.</summary>
    public readonly ushort Flags
    {
        set => BinaryPrimitives.WriteUInt16BigEndian(_message[DhcpLayout.Flags..], value);
    }

    /// <summary>hops.</summary>
    public readonly byte Hops
    {
        set => _message[DhcpLayout.Hops] = value;
    }

    /// <summary>ciaddr.</summary>
    public readonly Ipv4Address ClientAddress
    {
        set => value.Write(_message[DhcpLayout.ClientAddress..]);
    }

    /// <summary>yiaddr.</summary>
    public readonly Ipv4Address YourAddress
    {
        set => value.Write(_message[DhcpLayout.YourAddress..]);
    }

    /// <summary>giaddr.</summary>
    public readonly Ipv4Address RelayAddress
    {
        set => value.Write(_message[DhcpLayout.RelayAddress..]);
    }

    /// <summary>htype, hlen and chaddr.</summary>
    public readonly HardwareAddress HardwareAddress
    {
        set
        {
            _message[DhcpLayout.HardwareType] = value.Type;
            _message[DhcpLayout.HardwareLength] = value.Length;
            value.WriteField(_message[DhcpLayout.ClientHardwareAddress..]);
        }
    }

    /// <summary>
    /// Writes an option; a value longer than 255 bytes in several instances (RFC 3396 section 6). False, and nothing is
    /// written, when there is no room.
    /// </summary>
    public bool TryWriteOption(DhcpOption code, scoped ReadOnlySpan<byte> value)
    {
        var instances = Math.Max(1, (value.Length + MaxOptionLength - 1) / MaxOptionLength);
        if (value.Length + instances * OptionHeader > Room)
            return false;
        do
        {
            var part = value[..Math.Min(value.Length, MaxOptionLength)];
            _message[_position++] = (byte)code;
            _message[_position++] = (byte)part.Length;
            part.CopyTo(_message[_position..]);
            _position += part.Length;
            value = value[part.Length..];
        }
        while (!value.IsEmpty);
        return true;
    }

    /// <summary>Writes an option of one byte.</summary>
    public bool TryWriteOption(DhcpOption code, byte value)
    {
        const int size = OptionHeader + sizeof(byte);
        if (Room < size)
            return false;
        var option = _message.Slice(_position, size);
        option[2] = value;
        option[1] = sizeof(byte);
        option[0] = (byte)code;
        _position += size;
        return true;
    }

    /// <summary>Writes an option of 32 bits: a number of seconds, mostly.</summary>
    public bool TryWriteOption(DhcpOption code, uint value)
    {
        const int size = OptionHeader + sizeof(uint);
        if (Room < size)
            return false;
        var option = _message.Slice(_position, size);
        BinaryPrimitives.WriteUInt32BigEndian(option[OptionHeader..], value);
        option[1] = sizeof(uint);
        option[0] = (byte)code;
        _position += size;
        return true;
    }

    /// <summary>Writes an option that holds an address.</summary>
    public bool TryWriteOption(DhcpOption code, Ipv4Address value) => TryWriteOption(code, value.Value);

    /// <summary>
    /// Puts the end option, then pad options up to <paramref name="minimumSize"/> as far as there is room, and returns the
    /// length of the message.
    /// </summary>
    public readonly int Finish(int minimumSize = 0)
    {
        _message[_position] = (byte)DhcpOption.End;
        var end = _position + 1;
        var padded = Math.Clamp(minimumSize, end, _message.Length);
        _message[end..padded].Clear();
        return padded;
    }

    /// <summary>How many bytes of options still fit; one more stays for the end option.</summary>
    public readonly int Room => _message.Length - _position - 1;
}
