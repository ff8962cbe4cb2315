namespace Leasequery.Wire;

/// <summary>
/// Bytes as a value: immutable, compared by content. For what comes from the wire and outlives its datagram.
/// </summary>
public readonly struct OctetString : IEquatable<OctetString>
{
    private readonly byte[]? _bytes;

    private OctetString(byte[] bytes) => _bytes = bytes;

    /// <summary>No bytes; the default value.</summary>
    public static OctetString Empty => default;

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span => _bytes;

    /// <summary>How many there are.</summary>
    public int Length => _bytes?.Length ?? 0;

    /// <summary>True when there are none.</summary>
    public bool IsEmpty => Length == 0;

    /// <summary>Copies the bytes.</summary>
    public static OctetString Copy(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? default : new OctetString(bytes.ToArray());

    /// <summary>Reads hex digits, with or without colons or spaces between the bytes.</summary>
    public static bool TryParseHex(string text, out OctetString octets)
    {
        octets = default;
        var digits = text.Replace(":", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
        if (digits.Length % 2 != 0 || !digits.All(char.IsAsciiHexDigit))
            return false;
        octets = new OctetString(Convert.FromHexString(digits));
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(OctetString other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is OctetString other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    /// <summary>Equal bytes.</summary>
    public static bool operator ==(OctetString left, OctetString right) => left.Equals(right);

    /// <summary>Different bytes.</summary>
    public static bool operator !=(OctetString left, OctetString right) => !left.Equals(right);

    /// <summary>Lower-case hex.</summary>
    public override string ToString() => Convert.ToHexStringLower(Span);
}
