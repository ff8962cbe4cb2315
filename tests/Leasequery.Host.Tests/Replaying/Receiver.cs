using System.Net;
using System.Net.Sockets;

namespace Leasequery.Host.Tests.Replaying;

/// <summary>A service on loopback that keeps what it gets, in order.</summary>
internal sealed class Receiver : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
    {
        ReceiveTimeout = (int)Deadlines.Datagrams.TotalMilliseconds,
        ReceiveBufferSize = 1 << 20, // the kernel makes less of it: room for 300 datagrams, however late they are read
    };

    public Receiver()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        EndPoint = (IPEndPoint)_socket.LocalEndPoint!;
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Where the last datagram came from.</summary>
    public IPEndPoint? LastSource { get; private set; }

    // On a thread of its own: those of the pool, which tests keep busy, would be late for what comes in bursts.
    public Task<List<byte[]>> ReceiveAsync(int count) => Task.Factory.StartNew(
        () => Receive(count), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public void Dispose() => _socket.Dispose();

    private List<byte[]> Receive(int count)
    {
        var datagrams = new List<byte[]>();
        var buffer = new byte[65536];
        EndPoint source = new IPEndPoint(IPAddress.Any, 0);
        try
        {
            while (datagrams.Count < count)
            {
                datagrams.Add(buffer[.._socket.ReceiveFrom(buffer, ref source)]);
                LastSource = (IPEndPoint)source;
            }
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.TimedOut)
        {
            Assert.Fail($"only {datagrams.Count} of {count} datagrams came, and then none for {Deadlines.Datagrams}");
        }

        return datagrams;
    }
}
