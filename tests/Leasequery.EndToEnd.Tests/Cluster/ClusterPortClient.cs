using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Leasequery.EndToEnd.Tests.Peers.Machine;

namespace Leasequery.EndToEnd.Tests.Cluster;

/// <summary>
/// Somebody who connects to the port that nodes talk on, with TLS but without a word, and takes whatever certificate is shown.
/// </summary>
public sealed class ClusterPortClient(NetworkNamespace inside, IPEndPoint endpoint, X509Certificate2? certificate) : IDisposable
{
    readonly Socket _socket =
        inside.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));

    /// <summary>True once the handshake is over as the client sees it.</summary>
    public bool HasShakenHands { get; private set; }

    /// <summary>
    /// Connects, and returns when the other side has ended the connection. A node says nothing to who says nothing.
    /// </summary>
    public async Task IsSentAwayAsync()
    {
        await _socket.ConnectAsync(endpoint);
        await using var stream = new SslStream(new NetworkStream(_socket));
        try
        {
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = $"{endpoint.Address}",
                ClientCertificates = certificate is null ? [] : [certificate],
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            });
            HasShakenHands = true;
            Assert.Equal(0, await stream.ReadAsync(new byte[1]));
        }
        catch (Exception cause) when (cause is AuthenticationException or IOException)
        {
            // sent away with an alert
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        certificate?.Dispose();
    }
}
