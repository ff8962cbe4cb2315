namespace Leasequery.Wire;

/// <summary>Where options go on behind the options field: option 52 (RFC 2132 section 9.3).</summary>
[Flags]
internal enum DhcpOverload : byte
{
    /// <summary>Nowhere.</summary>
    None = 0,

    /// <summary>In the boot file field.</summary>
    BootFile = 1,

    /// <summary>In the server name field.</summary>
    ServerName = 2,

    /// <summary>Not known yet: the enumerator looks at option 52 as it passes.</summary>
    Unread = 0x80,
}

/// <summary>One option as it stands on the wire.</summary>
public readonly ref struct DhcpOptionView
{
    internal DhcpOptionView(DhcpOption code, ReadOnlySpan<byte> value)
    {
        Code = code;
        Value = value;
    }

    /// <summary>The option's code.</summary>
    public DhcpOption Code { get; }

    /// <summary>The bytes behind code and length.</summary>
    public ReadOnlySpan<byte> Value { get; }
}

/// <summary>
/// Walks the options of a message: the options field, then, when option 52 says so, the boot file and the server name
/// field. It ends on any input: each step takes at least one byte of a field, a field is entered once, and there are three.
/// </summary>
public ref struct DhcpOptionEnumerator
{
    private readonly ReadOnlySpan<byte> _message;
    private ReadOnlySpan<byte> _rest;
    private DhcpOverload _fieldsToCome;

    // The current option in its parts: as a struct it would be copied, twice a step, right behind the writes of its fields, which
    // makes a processor wait until they have reached the cache.
    private DhcpOption _code;
    private ReadOnlySpan<byte> _value;

    internal DhcpOptionEnumerator(ReadOnlySpan<byte> message, DhcpOverload overload)
    {
        _message = message;
        _rest = message[DhcpLayout.Options..];
        _fieldsToCome = overload;
        Overload = overload & ~DhcpOverload.Unread;
        _code = default;
        _value = default;
        Error = DhcpParseError.None;
    }

    /// <summary>The option that the last step came to.</summary>
    public readonly DhcpOptionView Current => new(_code, _value);

    /// <summary>What stopped the walk before its end. Always none in a packet that was checked.</summary>
    internal DhcpParseError Error { get; private set; }

    /// <summary>Which fields the options were found in besides their own.</summary>
    internal DhcpOverload Overload { get; private set; }

    /// <summary>For foreach.</summary>
    public readonly DhcpOptionEnumerator GetEnumerator() => this;

    /// <summary>Steps to the next option; false at the end.</summary>
    public bool MoveNext()
    {
        var rest = _rest; // in registers
        while (true)
        {
            if (rest.IsEmpty)
            {
                _rest = default;
                if (!EnterNextField())
                    return false;
                rest = _rest;
                continue;
            }

            var code = (DhcpOption)rest[0];
            if (code == DhcpOption.Pad)
            {
                rest = rest[1..];
                continue;
            }

            if (code == DhcpOption.End)
            {
                rest = default;
                continue;
            }

            if (rest.Length < 2 || rest.Length < 2 + rest[1])
                return Fail(DhcpParseError.OptionOverrun);
            _code = code;
            _value = rest.Slice(2, rest[1]);
            _rest = rest[(2 + rest[1])..];
            return code != DhcpOption.Overload || (_fieldsToCome & DhcpOverload.Unread) == 0 || ReadOverload();
        }
    }

    private bool ReadOverload()
    {
        if (_value.Length != 1 || _value[0] is < 1 or > 3)
            return Fail(DhcpParseError.BadOverload);
        Overload = (DhcpOverload)_value[0];
        _fieldsToCome = Overload; // no longer unread: an option 52 inside an overloaded field means nothing
        return true;
    }

    private bool EnterNextField()
    {
        if ((_fieldsToCome & DhcpOverload.BootFile) != 0)
        {
            _rest = _message.Slice(DhcpLayout.BootFile, DhcpLayout.BootFileSize);
            _fieldsToCome &= ~(DhcpOverload.BootFile | DhcpOverload.Unread);
            return true;
        }

        if ((_fieldsToCome & DhcpOverload.ServerName) != 0)
        {
            _rest = _message.Slice(DhcpLayout.ServerName, DhcpLayout.ServerNameSize);
            _fieldsToCome = DhcpOverload.None;
            return true;
        }

        return false;
    }

    private bool Fail(DhcpParseError error)
    {
        Error = error;
        _rest = default;
        _fieldsToCome = DhcpOverload.None;
        return false;
    }
}
