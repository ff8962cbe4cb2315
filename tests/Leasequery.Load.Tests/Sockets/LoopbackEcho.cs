using System.Net;
using System.Net.Sockets;
using Leasequery.Wire;

namespace Leasequery.Load.Tests.Sockets;

/// <summary>An echo on the loopback that changes or leaves out what a test says.</summary>
internal sealed class LoopbackEcho : IDisposable
{
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly Thread _thread; // not the pool's, which tests keep busy

    /// <summary>Starts it.</summary>
    /// <param name="answer">Makes the answer of what came; null for none.</param>
    public LoopbackEcho(Func<byte[], byte[]?> answer)
    {
        _thread = new Thread(() => Run(answer)) { IsBackground = true };
        _thread.Start();
    }

    public Ipv4Endpoint Endpoint => new(Ipv4Address.Loopback, (ushort)((IPEndPoint)_socket.Client.LocalEndPoint!).Port);

    public void Dispose()
    {
        _socket.Dispose();
        _thread.Join(TimeSpan.FromSeconds(5));
    }

    private void Run(Func<byte[], byte[]?> answer)
    {
        try
        {
            while (true)
            {
                var sender = new IPEndPoint(IPAddress.Any, 0);
                if (answer(_socket.Receive(ref sender)) is { } reply)
                    _socket.Send(reply, sender);
            }
        }
        catch (Exception cause) when (cause is ObjectDisposedException or SocketException)
        {
            // closed
        }
    }
}
