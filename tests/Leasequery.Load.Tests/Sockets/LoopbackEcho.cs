using System.Net;
using System.Net.Sockets;
using Leasequery.Wire;

namespace Leasequery.Load.Tests.Sockets;

/// <summary>An echo on the loopback that changes or leaves out what a test says.</summary>
internal sealed class LoopbackEcho : IDisposable
{
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly Task _running;

    /// <summary>Starts it.</summary>
    /// <param name="answer">Makes the answer of what came; null for none.</param>
    public LoopbackEcho(Func<byte[], byte[]?> answer) => _running = RunAsync(answer);

    public Ipv4Endpoint Endpoint => new(Ipv4Address.Loopback, (ushort)((IPEndPoint)_socket.Client.LocalEndPoint!).Port);

    public void Dispose()
    {
        _socket.Dispose();
        _running.Wait(TimeSpan.FromSeconds(5));
    }

    private async Task RunAsync(Func<byte[], byte[]?> answer)
    {
        try
        {
            while (true)
            {
                var came = await _socket.ReceiveAsync();
                if (answer(came.Buffer) is { } reply)
                    await _socket.SendAsync(reply, came.RemoteEndPoint);
            }
        }
        catch (Exception cause) when (cause is ObjectDisposedException or SocketException)
        {
            // closed
        }
    }
}
