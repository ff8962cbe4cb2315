using System.Net;
using System.Net.Sockets;

namespace Leasequery.EndToEnd.Tests.Peers.Machine;

/// <summary>A UDP socket of another namespace, used from the test's own process: no helper program, no copying by pipe.</summary>
public sealed class NamespaceSocket : IDisposable
{
    const int SolSocket = 1;
    const int SoReuseAddress = 2;

    readonly Socket _socket;

    /// <summary>
    /// Binds in the namespace. Shares the port by SO_REUSEADDR: a relay there already holds port 67 of every address, and
    /// the one bound to the exact address gets its datagrams.
    /// </summary>
    public NamespaceSocket(NetworkNamespace place, IPEndPoint local) => _socket = place.Run(() =>
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.SetRawSocketOption(SolSocket, SoReuseAddress, [1, 0, 0, 0]);
        socket.Bind(local);
        return socket;
    });

    /// <summary>Where it is bound.</summary>
    public IPEndPoint Local => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Sends one datagram.</summary>
    public void Send(ReadOnlySpan<byte> datagram, IPEndPoint to) => _socket.SendTo(datagram, to);

    /// <summary>The next datagram and who sent it.</summary>
    public async Task<(byte[] Datagram, IPEndPoint From)> ReceiveAsync(TimeSpan timeout, string what)
    {
        var buffer = new byte[65_536];
        using var limit = new CancellationTokenSource(timeout);
        try
        {
            var received = await _socket.ReceiveFromAsync(
                buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), limit.Token);
            return (buffer[..received.ReceivedBytes], (IPEndPoint)received.RemoteEndPoint);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Waited {timeout.TotalSeconds:0.#} s for {what} at {Local}.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
