using System.Diagnostics.CodeAnalysis;

namespace Leasequery.Wire;

/// <summary>
/// Option 61 (RFC 2132 section 9.14, RFC 4361): a name that a client gives itself, opaque to everyone else. At least two
/// bytes (a type and something), at most what one option carries; another one cannot be built.
/// </summary>
public sealed class ClientIdentifier : IEquatable<ClientIdentifier>
{
    /// <summary>RFC 2132 section 9.14: the minimum length is 2.</summary>
    public const int MinLength = 2;

    /// <summary>One option's worth; longer ones are unheard of and would let a client spend our memory.</summary>
    public const int MaxLength = 255;

    private readonly byte[] _bytes;

    private ClientIdentifier(byte[] bytes) => _bytes = bytes;

    /// <summary>The option's value, type byte first.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Builds an identifier from the value of option 61; false when its length is out of range.</summary>
    public static bool TryCreate(ReadOnlySpan<byte> value, [NotNullWhen(true)] out ClientIdentifier? identifier)
    {
        identifier = value.Length is >= MinLength and <= MaxLength ? new ClientIdentifier(value.ToArray()) : null;
        return identifier is not null;
    }

    /// <inheritdoc/>
    public bool Equals(ClientIdentifier? other) => other is not null && Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ClientIdentifier);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }

    /// <summary>Lower-case hex.</summary>
    public override string ToString() => Convert.ToHexStringLower(_bytes);
}
