using System.Net;
using System.Net.Sockets;
using Leasequery.Wire;

namespace Leasequery.Host.Wording;

/// <summary>From the sockets' words to ours and back.</summary>
internal static class SocketWords
{
    /// <summary>The address as sockets want it.</summary>
    public static IPAddress ToIpAddress(this Ipv4Address address)
    {
        Span<byte> bytes = stackalloc byte[Ipv4Address.Size];
        address.Write(bytes);
        return new IPAddress(bytes);
    }

    /// <summary>An IPv4 address as the rest of the code wants it.</summary>
    public static Ipv4Address ToIpv4Address(this IPAddress address) => Ipv4Address.Read(address.GetAddressBytes());

    /// <summary>An error as the system says it: short, and what a search engine knows.</summary>
    public static string InWords(this SocketError error) => new SocketException((int)error).Message.ToLowerInvariant();
}
