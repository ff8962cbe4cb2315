using System.Net;
using System.Net.Sockets;

namespace Leasequery.Tests;

/// <summary>
/// Ports of the loopback for those who take one only later, or leave it and come back to it. The kernel gives them to nobody
/// meanwhile: they lie below those that it chooses from (net.ipv4.ip_local_port_range).
/// </summary>
internal static class LastingPort
{
    private const int First = 20_000;
    private const int End = 32_768;

    /// <summary>One that nobody has.</summary>
    public static int Find(SocketType type)
    {
        while (true)
        {
            var port = Random.Shared.Next(First, End);
            using var probe = new Socket(AddressFamily.InterNetwork, type, ProtocolType.Unspecified);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // somebody has it
            }
        }
    }
}
