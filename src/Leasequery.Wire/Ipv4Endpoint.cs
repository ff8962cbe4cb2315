using System.Globalization;

namespace Leasequery.Wire;

/// <summary>Where a datagram comes from or goes to: an address and a UDP port.</summary>
/// <param name="Address">The IPv4 address.</param>
/// <param name="Port">The UDP port in host order.</param>
public readonly record struct Ipv4Endpoint(Ipv4Address Address, ushort Port)
{
    /// <summary>The port that DHCP servers and relay agents listen on (RFC 2131 section 4.1).</summary>
    public const ushort ServerPort = 67;

    /// <summary>The port that DHCP clients listen on (RFC 2131 section 4.1).</summary>
    public const ushort ClientPort = 68;

    /// <summary>Reads <c>address:port</c>, or an address alone, which gets <paramref name="defaultPort"/>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, ushort defaultPort, out Ipv4Endpoint endpoint)
    {
        endpoint = default;
        var colon = text.IndexOf(':');
        var port = defaultPort;
        if (colon >= 0 && !ushort.TryParse(text[(colon + 1)..], NumberStyles.None, null, out port))
            return false;
        if (!Ipv4Address.TryParse(colon >= 0 ? text[..colon] : text, out var address))
            return false;
        endpoint = new Ipv4Endpoint(address, port);
        return true;
    }

    /// <summary><c>address:port</c>.</summary>
    public override string ToString() => $"{Address}:{Port}";
}
