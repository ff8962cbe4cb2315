using System.Net;
using System.Net.Sockets;
using Leasequery.Host.Wording;
using Leasequery.Wire;

namespace Leasequery.Host.Commands;

/// <summary>A server as the user names it.</summary>
/// <param name="Host">A name or an address.</param>
/// <param name="Port">Its port.</param>
internal sealed record ServerName(string Host, ushort Port)
{
    /// <summary>Looks the name up.</summary>
    /// <exception cref="CommandFailedException">There is no such name, or it has no IPv4 address.</exception>
    public async Task<IPEndPoint> ResolveAsync(CancellationToken cancellation)
    {
        if (Ipv4Address.TryParse(Host, out _))
            return new IPEndPoint(IPAddress.Parse(Host), Port);
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(Host, AddressFamily.InterNetwork, cancellation);
            if (addresses.Length > 0)
                return new IPEndPoint(addresses[0], Port);
        }
        catch (SocketException)
        {
            // said below: to the user, an unknown name and a name without an address are one thing
        }

        throw new CommandFailedException(ExitCodes.Unavailable,
            $"no IPv4 address is known for '{Host}': check the name, or give --server an address");
    }
}
