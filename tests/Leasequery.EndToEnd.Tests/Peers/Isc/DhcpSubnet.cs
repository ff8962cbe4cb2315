using System.Net;
using System.Text;

namespace Leasequery.EndToEnd.Tests.Peers.Isc;

/// <summary>A subnet dhcpd serves, or only knows when it has no pool.</summary>
public sealed record DhcpSubnet(IPNetwork Network, IPAddress? First = null, IPAddress? Last = null, IPAddress? Router = null)
{
    /// <summary>Its declaration in dhcpd.conf.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"subnet {Network.BaseAddress} netmask {Mask(Network.PrefixLength)} {{");
        if (First is not null)
            text.Append($" range {First} {Last ?? First};");
        if (Router is not null)
            text.Append($" option routers {Router};");
        return text.Append(" }").ToString();
    }

    static IPAddress Mask(int prefixLength) =>
        new([.. Enumerable.Range(0, 4).Select(i => (byte)(0xFF00 >> Math.Clamp(prefixLength - (i * 8), 0, 8)))]);
}
