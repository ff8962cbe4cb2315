using System.Net;
using System.Net.Sockets;

namespace Leasequery.Host.Tests.Replaying;

/// <summary>A service on loopback that keeps what it gets, in order.</summary>
internal sealed class Receiver : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public Receiver()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        EndPoint = (IPEndPoint)_socket.LocalEndPoint!;
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Where the last datagram came from.</summary>
    public IPEndPoint? LastSource { get; private set; }

    public async Task<List<byte[]>> ReceiveAsync(int count)
    {
        var datagrams = new List<byte[]>();
        var buffer = new byte[65536];
        using var deadline = new CancellationTokenSource(Deadlines.Datagrams);
        try
        {
            while (datagrams.Count < count)
            {
                var received = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), deadline.Token);
                datagrams.Add(buffer[..received.ReceivedBytes]);
                LastSource = (IPEndPoint)received.RemoteEndPoint;
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"only {datagrams.Count} of {count} datagrams came within {Deadlines.Datagrams}");
        }

        return datagrams;
    }

    public void Dispose() => _socket.Dispose();
}
