using System.Buffers.Binary;

namespace Leasequery.Wire;

/// <summary>
/// A set of option codes as 256 bits: what a parameter request list (option 55) names, or what a setting allows. The order of
/// the list says what the asker prefers (RFC 2132 section 9.8); a leasequery answer has room for all of it, so it is let go.
/// </summary>
public readonly record struct OptionSet
{
    /// <summary>The bytes that <see cref="WriteBits"/> needs.</summary>
    public const int BitsSize = 32;

    private readonly ulong _codes0, _codes64, _codes128, _codes192;

    private OptionSet(ulong codes0, ulong codes64, ulong codes128, ulong codes192)
    {
        _codes0 = codes0;
        _codes64 = codes64;
        _codes128 = codes128;
        _codes192 = codes192;
    }

    /// <summary>The set of these codes.</summary>
    public static OptionSet Of(params ReadOnlySpan<DhcpOption> options)
    {
        OptionSet set = default;
        foreach (var option in options)
            set = set.With(option);
        return set;
    }

    /// <summary>The set that a parameter request list names.</summary>
    public static OptionSet Read(ReadOnlySpan<byte> parameterRequestList) => default(OptionSet).With(parameterRequestList);

    /// <summary>True when the code is in the set.</summary>
    public bool Contains(DhcpOption option) => (Word((byte)option >> 6) >> ((byte)option & 63) & 1) != 0;

    /// <summary>The set with one more code.</summary>
    public OptionSet With(DhcpOption option)
    {
        var bit = 1UL << ((byte)option & 63);
        return ((byte)option >> 6) switch
        {
            0 => new OptionSet(_codes0 | bit, _codes64, _codes128, _codes192),
            1 => new OptionSet(_codes0, _codes64 | bit, _codes128, _codes192),
            2 => new OptionSet(_codes0, _codes64, _codes128 | bit, _codes192),
            _ => new OptionSet(_codes0, _codes64, _codes128, _codes192 | bit),
        };
    }

    /// <summary>The set with the codes that a parameter request list names.</summary>
    public OptionSet With(ReadOnlySpan<byte> parameterRequestList)
    {
        // Four variables, which stay in registers: codes of one list fall into one word, and through memory each would have to
        // wait for the one before.
        var (codes0, codes64, codes128, codes192) = (_codes0, _codes64, _codes128, _codes192);
        foreach (var code in parameterRequestList)
        {
            var bit = 1UL << code;
            switch (code >> 6)
            {
                case 0:
                    codes0 |= bit;
                    break;
                case 1:
                    codes64 |= bit;
                    break;
                case 2:
                    codes128 |= bit;
                    break;
                default:
                    codes192 |= bit;
                    break;
            }
        }

        return new OptionSet(codes0, codes64, codes128, codes192);
    }

    /// <summary>Writes the codes, lowest first, as a parameter request list, and returns how many there are.</summary>
    /// <exception cref="IndexOutOfRangeException">The span is shorter than the set.</exception>
    public int Write(Span<byte> parameterRequestList)
    {
        var count = 0;
        for (var code = 0; code <= byte.MaxValue; code++)
            if (Contains((DhcpOption)code))
                parameterRequestList[count++] = (byte)code;
        return count;
    }

    /// <summary>Writes the set as 256 bits, lowest code first: for nodes among themselves.</summary>
    public void WriteBits(Span<byte> destination)
    {
        for (var word = 0; word < 4; word++)
            BinaryPrimitives.WriteUInt64LittleEndian(destination[(word * sizeof(ulong))..], Word(word));
    }

    /// <summary>The set that <see cref="WriteBits"/> wrote.</summary>
    public static OptionSet ReadBits(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(source),
        BinaryPrimitives.ReadUInt64LittleEndian(source[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(source[24..]));

    /// <summary>The codes, lowest first, separated by spaces.</summary>
    public override string ToString()
    {
        var set = this;
        return string.Join(' ', Enumerable.Range(0, 256).Where(code => set.Contains((DhcpOption)code)));
    }

    private ulong Word(int index) => index switch { 0 => _codes0, 1 => _codes64, 2 => _codes128, _ => _codes192 };
}
