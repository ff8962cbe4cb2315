using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Leasequery.Wire;

namespace Leasequery.Actors.Membership;

/// <summary>What is behind the address of a seed.</summary>
internal enum NodeKind
{
    /// <summary>Nobody answers.</summary>
    Absent,

    /// <summary>A node with a certificate of our authority.</summary>
    Ours,

    /// <summary>Somebody without.</summary>
    Stranger,
}

/// <summary>
/// Looks at the certificate behind a seed's address before remoting may connect to it. Akka ends the whole process when a
/// connection of its own meets a certificate that it does not trust: one stranger at the address of a seed would end every node
/// that starts.
/// </summary>
/// <param name="own">What this node shows.</param>
/// <param name="trust">Whom it takes for one of its own.</param>
internal sealed class NodeCheck(SslStreamCertificateContext own, ClusterTrust trust)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>Connects, looks, and goes.</summary>
    public async Task<NodeKind> LookAsync(Ipv4Endpoint node, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Limit);
        using var client = new TcpClient(AddressFamily.InterNetwork);
        if (!await ConnectAsync(client, node, limit.Token))
            return NodeKind.Absent;
        try
        {
            await using var stream = new SslStream(client.GetStream());
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = node.Address.ToString(),
                ClientCertificateContext = own,
                RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
                    certificate is X509Certificate2 shown && trust.Includes(shown, chain),
            }, limit.Token);
            return NodeKind.Ours;
        }
        catch (Exception cause) when (cause is AuthenticationException or IOException)
        {
            return NodeKind.Stranger;
        }
        catch (OperationCanceledException)
        {
            return NodeKind.Absent; // it accepts connections, and does not get to more: it is busy, or stands still
        }
    }

    /// <summary>Where there are no certificates: connects, and goes. Whoever takes the connection counts as ours.</summary>
    public static async Task<NodeKind> KnockAsync(Ipv4Endpoint node, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Limit);
        using var client = new TcpClient(AddressFamily.InterNetwork);
        return await ConnectAsync(client, node, limit.Token) ? NodeKind.Ours : NodeKind.Absent;
    }

    private static async Task<bool> ConnectAsync(TcpClient client, Ipv4Endpoint node, CancellationToken limit)
    {
        try
        {
            await client.ConnectAsync(IPAddress.Parse(node.Address.ToString()), node.Port, limit);
            return true;
        }
        catch (Exception cause) when (cause is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
