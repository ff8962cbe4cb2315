using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.Intrinsics;

namespace Leasequery.Wire;

/// <summary>
/// The link-layer address of a device as DHCP carries it: htype, hlen and the first hlen bytes of chaddr (RFC 2131
/// section 2). More than 16 bytes cannot be built, because chaddr has no room for them.
/// </summary>
public readonly struct HardwareAddress : IEquatable<HardwareAddress>
{
    /// <summary>The room that chaddr has, and so the longest address.</summary>
    public const int MaxLength = 16;

    /// <summary>htype of Ethernet (RFC 1700, "Hardware Type").</summary>
    public const byte Ethernet = 1;

    // chaddr as it stands, zero behind the address. As a vector it is read, compared and written whole.
    private readonly Vector128<byte> _chaddr;

    private HardwareAddress(byte type, byte length, Vector128<byte> chaddr)
    {
        Type = type;
        Length = length;
        _chaddr = chaddr;
    }

    /// <summary>No device: htype, hlen and chaddr are zero (N12, N32).</summary>
    public static HardwareAddress None => default;

    /// <summary>htype.</summary>
    public byte Type { get; }

    /// <summary>hlen, 0 to 16.</summary>
    public byte Length { get; }

    /// <summary>True when there are no address bytes.</summary>
    public bool IsNone => Length == 0;

    /// <summary>Builds an address from its bytes; false when there are more than 16.</summary>
    public static bool TryCreate(byte type, ReadOnlySpan<byte> address, out HardwareAddress result)
    {
        result = default;
        if (address.Length > MaxLength)
            return false;
        Span<byte> field = stackalloc byte[MaxLength];
        field.Clear();
        address.CopyTo(field);
        result = new HardwareAddress(type, (byte)address.Length, Vector128.Create<byte>(field));
        return true;
    }

    /// <summary>Reads chaddr; what stands in it behind the address is not looked at.</summary>
    /// <param name="type">htype.</param>
    /// <param name="length">hlen.</param>
    /// <param name="chaddr">All 16 bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">hlen is more than 16, or there are fewer bytes.</exception>
    public static HardwareAddress ReadField(byte type, byte length, ReadOnlySpan<byte> chaddr)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaxLength);
        var isAddress = Vector128.LessThan(Vector128<byte>.Indices, Vector128.Create(length));
        return new HardwareAddress(type, length, Vector128.Create(chaddr) & isAddress);
    }

    /// <summary>Writes chaddr: the address, then zeros up to 16 bytes.</summary>
    public void WriteField(Span<byte> chaddr) => _chaddr.CopyTo(chaddr);

    /// <summary>Reads colon-separated hex such as <c>00:0a:28:00:fa:42</c> as an Ethernet address.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out HardwareAddress address)
    {
        address = default;
        var parts = text?.Split(':', '-') ?? [];
        Span<byte> bytes = stackalloc byte[MaxLength];
        if (parts.Length is 0 or > MaxLength)
            return false;
        for (var i = 0; i < parts.Length; i++)
            if (parts[i].Length != 2 || !byte.TryParse(parts[i], NumberStyles.AllowHexSpecifier, null, out bytes[i]))
                return false;
        return TryCreate(Ethernet, bytes[..parts.Length], out address);
    }

    /// <summary>Colon-separated hex; the type in front when it is not Ethernet (<c>6/01:02</c>); empty for none.</summary>
    public override string ToString()
    {
        Span<byte> field = stackalloc byte[MaxLength];
        WriteField(field);
        var hex = string.Join(':', Convert.ToHexStringLower(field[..Length]).Chunk(2).Select(pair => new string(pair)));
        return Type is Ethernet or 0 ? hex : $"{Type}/{hex}";
    }

    /// <inheritdoc/>
    public bool Equals(HardwareAddress other) => Type == other.Type && Length == other.Length && _chaddr == other._chaddr;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is HardwareAddress other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, Length, _chaddr);

    /// <summary>Equal in type, length and bytes.</summary>
    public static bool operator ==(HardwareAddress left, HardwareAddress right) => left.Equals(right);

    /// <summary>Different in type, length or bytes.</summary>
    public static bool operator !=(HardwareAddress left, HardwareAddress right) => !left.Equals(right);
}
