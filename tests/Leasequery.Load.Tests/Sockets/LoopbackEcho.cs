using System.Net;
using System.Net.Sockets;
using Leasequery.Wire;

namespace Leasequery.Load.Tests.Sockets;

/// <summary>An echo on the loopback that changes or leaves out what a test says.</summary>
internal sealed class LoopbackEcho : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
    {
        ReceiveBufferSize = 4 << 20, // as much as the kernel gives
    };

    private readonly Thread _thread; // not the pool's, which tests keep busy

    /// <summary>Starts it.</summary>
    /// <param name="answer">Makes the answer of what came; null for none.</param>
    public LoopbackEcho(Func<byte[], byte[]?> answer)
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Endpoint = new Ipv4Endpoint(Ipv4Address.Loopback, (ushort)((IPEndPoint)_socket.LocalEndPoint!).Port);
        _thread = new Thread(() => Run(answer)) { IsBackground = true };
        _thread.Start();
    }

    public Ipv4Endpoint Endpoint { get; }

    public void Dispose()
    {
        _socket.Dispose();
        _thread.Join(TimeSpan.FromSeconds(5));
    }

    private void Run(Func<byte[], byte[]?> answer)
    {
        var buffer = new byte[2048];
        EndPoint sender = new IPEndPoint(IPAddress.Any, 0);
        try
        {
            while (true)
            {
                var length = _socket.ReceiveFrom(buffer, ref sender);
                if (answer(buffer[..length]) is { } reply)
                    _socket.SendTo(reply, sender);
            }
        }
        catch (Exception cause) when (cause is ObjectDisposedException or SocketException)
        {
            // closed
        }
    }
}
