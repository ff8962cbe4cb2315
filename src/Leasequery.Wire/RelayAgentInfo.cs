namespace Leasequery.Wire;

/// <summary>
/// The value of option 82 (RFC 3046), to look inside. It is kept and returned byte for byte (N34), also when it is badly
/// formed: the relay that made it knows what it means. So this is a view and never a dictionary, which would lose order,
/// duplicates and whatever follows a bad sub-option.
/// </summary>
/// <param name="value">The option's bytes, all instances joined.</param>
public readonly ref struct RelayAgentInfo(ReadOnlySpan<byte> value)
{
    /// <summary>The bytes as the relay wrote them.</summary>
    public ReadOnlySpan<byte> Bytes { get; } = value;

    /// <summary>True when sub-options fill the bytes exactly.</summary>
    public bool IsWellFormed
    {
        get
        {
            var subOptions = GetEnumerator();
            while (subOptions.MoveNext())
            {
            }

            return subOptions.Rest.IsEmpty;
        }
    }

    /// <summary>The first sub-option with this code; false when there is none before the end or the first bad length.</summary>
    public bool TryGet(RelaySubOption code, out ReadOnlySpan<byte> subOption)
    {
        foreach (var candidate in this)
        {
            if (candidate.Code != code)
                continue;
            subOption = candidate.Value;
            return true;
        }

        subOption = default;
        return false;
    }

    /// <summary>The sub-options in wire order. Ends at the first whose length points outside.</summary>
    public Enumerator GetEnumerator() => new(Bytes);

    /// <summary>One sub-option.</summary>
    public readonly ref struct SubOption
    {
        internal SubOption(RelaySubOption code, ReadOnlySpan<byte> value)
        {
            Code = code;
            Value = value;
        }

        /// <summary>Its code.</summary>
        public RelaySubOption Code { get; }

        /// <summary>The bytes behind code and length.</summary>
        public ReadOnlySpan<byte> Value { get; }
    }

    /// <summary>Walks the sub-options. It ends, because each step takes at least two bytes.</summary>
    public ref struct Enumerator
    {
        internal Enumerator(ReadOnlySpan<byte> bytes) => Rest = bytes;

        /// <summary>The sub-option that the last step came to.</summary>
        public SubOption Current { get; private set; }

        /// <summary>What was not walked yet; what is left at the end is badly formed.</summary>
        public ReadOnlySpan<byte> Rest { get; private set; }

        /// <summary>Steps to the next sub-option.</summary>
        public bool MoveNext()
        {
            if (Rest.Length < 2 || Rest.Length < 2 + Rest[1])
                return false;
            Current = new SubOption((RelaySubOption)Rest[0], Rest.Slice(2, Rest[1]));
            Rest = Rest[(2 + Rest[1])..];
            return true;
        }
    }
}
