namespace Leasequery.Wire;

/// <summary>Why a datagram is not a DHCP message. Also the label of its drop counter, so a name is kept once given.</summary>
public enum DhcpParseError
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>Shorter than the fixed fields and the magic cookie, 240 bytes.</summary>
    TooShort,

    /// <summary>op is neither BOOTREQUEST nor BOOTREPLY.</summary>
    BadOpCode,

    /// <summary>hlen is more than the 16 bytes that chaddr has.</summary>
    HardwareAddressTooLong,

    /// <summary>No DHCP magic cookie: plain BOOTP, or something else.</summary>
    NoMagicCookie,

    /// <summary>An option's length points behind the end of its field.</summary>
    OptionOverrun,

    /// <summary>Option 52 has a length other than 1 or a value other than 1 to 3.</summary>
    BadOverload,

    /// <summary>
    /// No option 53, one whose length is not 1, or the number 0. Other numbers pass, assigned or not: the drafts left theirs to
    /// the operator.
    /// </summary>
    NoMessageType,
}
