using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Leasequery.Wire;

/// <summary>A network prefix such as 10.0.0.0/8. The bits behind the prefix are zero: another one cannot be built.</summary>
public readonly record struct Ipv4Prefix : IComparable<Ipv4Prefix>
{
    private Ipv4Prefix(Ipv4Address first, int length)
    {
        First = first;
        Length = length;
    }

    /// <summary>The lowest address of the prefix.</summary>
    public Ipv4Address First { get; }

    /// <summary>The number of leading bits that all its addresses share, 0 to 32.</summary>
    public int Length { get; }

    /// <summary>The highest address of the prefix.</summary>
    public Ipv4Address Last => new(First.Value | ~Mask(Length));

    /// <summary>How many addresses the prefix covers: 1 to 2^32.</summary>
    public ulong Count => 1UL << 32 - Length;

    /// <summary>True when the address lies inside.</summary>
    public bool Contains(Ipv4Address address) => (address.Value & Mask(Length)) == First.Value;

    /// <summary>True when the two share an address (then one contains the other).</summary>
    public bool Overlaps(Ipv4Prefix other) => Contains(other.First) || other.Contains(First);

    /// <summary>
    /// Reads <c>10.0.0.0/8</c>, or an address alone as a /32. Refuses bits behind the prefix (10.0.0.1/8): there one of the
    /// two numbers is a mistake, and guessing which would manage the wrong network.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Ipv4Prefix prefix)
    {
        prefix = default;
        var slash = text.IndexOf('/');
        var length = 32;
        if (slash >= 0 && (!int.TryParse(text[(slash + 1)..], NumberStyles.None, null, out length) || length > 32))
            return false;
        if (!Ipv4Address.TryParse(slash >= 0 ? text[..slash] : text, out var first) || (first.Value & ~Mask(length)) != 0)
            return false;
        prefix = new Ipv4Prefix(first, length);
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out Ipv4Prefix)"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out Ipv4Prefix prefix) => TryParse(text.AsSpan(), out prefix);

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out Ipv4Prefix)"/>
    /// <exception cref="FormatException">The text is not a prefix.</exception>
    public static Ipv4Prefix Parse(string text) =>
        TryParse(text, out var prefix) ? prefix : throw new FormatException($"'{text}' is not a prefix such as 10.0.0.0/8");

    /// <summary>The prefix of the given length around an address: its block.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is not 0 to 32.</exception>
    public static Ipv4Prefix Around(Ipv4Address address, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, 32u, nameof(length));
        return new Ipv4Prefix(new Ipv4Address(address.Value & Mask(length)), length);
    }

    /// <inheritdoc/>
    public int CompareTo(Ipv4Prefix other) =>
        First.CompareTo(other.First) is var order and not 0 ? order : Length.CompareTo(other.Length);

    /// <summary><c>first/length</c>.</summary>
    public override string ToString() => $"{First}/{Length}";

    private static uint Mask(int length) => length == 0 ? 0 : uint.MaxValue << 32 - length;
}
