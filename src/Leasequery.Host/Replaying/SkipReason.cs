namespace Leasequery.Host.Replaying;

/// <summary>Why a packet of a capture is not sent.</summary>
internal enum SkipReason
{
    /// <summary>It is sent.</summary>
    None,

    /// <summary>The capture's frames are of a kind that cannot be looked into.</summary>
    LinkTypeNotSupported,

    /// <summary>Cut short when it was captured (snaplen): the message's end is not in the file.</summary>
    Truncated,

    /// <summary>Not IPv4 and UDP.</summary>
    NotUdp,

    /// <summary>A part of a datagram.</summary>
    Fragment,

    /// <summary>Neither port is one of DHCP's.</summary>
    OtherPorts,

    /// <summary>Lengths in its headers contradict each other.</summary>
    Malformed,

    /// <summary>Not a DHCP message; the parser says why.</summary>
    NotDhcp,
}

/// <summary>The reasons in words.</summary>
internal static class SkipReasons
{
    /// <summary>For the summary.</summary>
    public static string InWords(this SkipReason reason) => reason switch
    {
        SkipReason.LinkTypeNotSupported => "link type not supported",
        SkipReason.Truncated => "cut short by the capture's snaplen",
        SkipReason.NotUdp => "not UDP over IPv4",
        SkipReason.Fragment => "IP fragment",
        SkipReason.OtherPorts => "neither port is 67 or 68",
        SkipReason.Malformed => "malformed headers",
        SkipReason.NotDhcp => "not DHCP",
        _ => "sent",
    };
}
