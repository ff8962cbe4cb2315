using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Leasequery.Wire;

/// <summary>
/// An IPv4 address as one number. <see cref="System.Net.IPAddress"/> is a class of 40 bytes with a cache inside; a service
/// that keys everything by address needs four bytes that compare and hash as what they are.
/// </summary>
/// <param name="Value">The address in host order: 10.0.0.1 is 0x0A000001.</param>
public readonly record struct Ipv4Address(uint Value) : IComparable<Ipv4Address>, ISpanFormattable, ISpanParsable<Ipv4Address>
{
    /// <summary>The bytes of an address on the wire.</summary>
    public const int Size = 4;

    private const int LongestText = 15;

    /// <summary>0.0.0.0, which DHCP uses for "no address".</summary>
    public static Ipv4Address Unspecified => default;

    /// <summary>127.0.0.1.</summary>
    public static Ipv4Address Loopback => new(0x7F000001);

    /// <summary>True for 0.0.0.0.</summary>
    public bool IsUnspecified => Value == 0;

    /// <summary>Reads an address in network order from the first four bytes.</summary>
    public static Ipv4Address Read(ReadOnlySpan<byte> source) => new(BinaryPrimitives.ReadUInt32BigEndian(source));

    /// <summary>Writes the address in network order into the first four bytes.</summary>
    public void Write(Span<byte> destination) => BinaryPrimitives.WriteUInt32BigEndian(destination, Value);

    /// <summary>Reads a dotted quad: four decimal numbers of 0 to 255, nothing else (no octal, no missing part).</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Ipv4Address address)
    {
        address = default;
        uint value = 0;
        for (var part = 0; part < Size; part++)
        {
            var end = part < Size - 1 ? text.IndexOf('.') : text.Length;
            if (end is < 1 or > 3 || (end > 1 && text[0] == '0'))
                return false;
            uint number = 0;
            foreach (var character in text[..end])
            {
                if (!char.IsAsciiDigit(character))
                    return false;
                number = number * 10 + (uint)(character - '0');
            }

            if (number > byte.MaxValue)
                return false;
            value = value << 8 | number;
            text = part < Size - 1 ? text[(end + 1)..] : [];
        }

        address = new Ipv4Address(value);
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out Ipv4Address)"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out Ipv4Address address) =>
        TryParse(text.AsSpan(), out address);

    /// <summary>Reads a dotted quad.</summary>
    /// <exception cref="FormatException">The text is not one.</exception>
    public static Ipv4Address Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not an IPv4 address");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char})"/>
    public static Ipv4Address Parse(string text) => Parse(text.AsSpan());

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default,
        IFormatProvider? provider = null) =>
        destination.TryWrite($"{(byte)(Value >> 24)}.{(byte)(Value >> 16)}.{(byte)(Value >> 8)}.{(byte)Value}", out charsWritten);

    /// <summary>The dotted quad.</summary>
    public override string ToString()
    {
        Span<char> text = stackalloc char[LongestText];
        TryFormat(text, out var length);
        return new string(text[..length]);
    }

    /// <inheritdoc/>
    public int CompareTo(Ipv4Address other) => Value.CompareTo(other.Value);

    /// <summary>Orders by number.</summary>
    public static bool operator <(Ipv4Address left, Ipv4Address right) => left.Value < right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator >(Ipv4Address left, Ipv4Address right) => left.Value > right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator <=(Ipv4Address left, Ipv4Address right) => left.Value <= right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator >=(Ipv4Address left, Ipv4Address right) => left.Value >= right.Value;

    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString();

    static Ipv4Address ISpanParsable<Ipv4Address>.Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s);

    static bool ISpanParsable<Ipv4Address>.TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Ipv4Address result) =>
        TryParse(s, out result);

    static Ipv4Address IParsable<Ipv4Address>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<Ipv4Address>.TryParse(
        [NotNullWhen(true)] string? s, IFormatProvider? provider, out Ipv4Address result) =>
        TryParse(s, out result);
}
