using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Leasequery.Actors.Settings;
using Leasequery.Wire;

namespace Leasequery.Actors.Ingress;

/// <summary>A bound UDP socket that knows which of our addresses a datagram came to.</summary>
internal sealed class DatagramSocket : IDisposable
{
    /// <summary>How long a receive waits before it looks whether it should end.</summary>
    private static readonly TimeSpan ReceiveTimeout = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;

    private DatagramSocket(Socket socket, Ipv4Endpoint endpoint)
    {
        _socket = socket;
        Endpoint = endpoint;
    }

    /// <summary>Where it is bound: with the port that it got where 0 was asked for.</summary>
    public Ipv4Endpoint Endpoint { get; }

    /// <summary>The file descriptor.</summary>
    public int Handle => (int)_socket.SafeHandle.DangerousGetHandle();

    /// <summary>The bytes that the kernel holds for it.</summary>
    public int ReceiveBuffer => _socket.ReceiveBufferSize / 2; // Linux counts its bookkeeping in, and reports the double

    /// <summary>Opens the sockets of one endpoint, which share its port.</summary>
    /// <exception cref="SettingsException">The endpoint cannot be bound.</exception>
    public static IReadOnlyList<DatagramSocket> Open(Ipv4Endpoint endpoint, int count, int receiveBuffer)
    {
        var sockets = new List<DatagramSocket>();
        try
        {
            // With SO_REUSEPORT a second service would bind the same port without an error and take half of the traffic. So the
            // first bind goes without: it fails if anybody is there.
            Bind(endpoint, isShared: false, receiveBuffer).Dispose();
            for (var i = 0; i < count; i++)
            {
                var socket = Bind(endpoint, isShared: count > 1, receiveBuffer);
                sockets.Add(socket);
                endpoint = socket.Endpoint; // port 0 is chosen once
            }

            return sockets;
        }
        catch (SocketException cause)
        {
            foreach (var socket in sockets)
                socket.Dispose();
            throw new SettingsException("leasequery.ingress.listen", endpoint.ToString(), cause.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "an endpoint that nobody else has; this one is in use",
                SocketError.AccessDenied => "a port that this user may bind; below 1024 that needs root or CAP_NET_BIND_SERVICE",
                SocketError.AddressNotAvailable => "an address of this machine, or 0.0.0.0 for all of them",
                _ => $"an endpoint that can be bound ({cause.Message})",
            }, cause);
        }
    }

    public void Dispose() => _socket.Dispose();

    private static DatagramSocket Bind(Ipv4Endpoint endpoint, bool isShared, int receiveBuffer)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            var on = MemoryMarshal.AsBytes(new ReadOnlySpan<int>([1]));
            if (isShared)
                socket.SetRawSocketOption(Libc.SolSocket, Libc.SoReusePort, on);
            if (endpoint.Address.IsUnspecified)
                socket.SetRawSocketOption(Libc.IpProtocol, Libc.IpPacketInfo, on);
            socket.ReceiveBufferSize = receiveBuffer;
            socket.ReceiveTimeout = (int)ReceiveTimeout.TotalMilliseconds;
            socket.Bind(new IPEndPoint(BinaryPrimitives.ReverseEndianness(endpoint.Address.Value), endpoint.Port));
            return new DatagramSocket(socket, endpoint with { Port = (ushort)((IPEndPoint)socket.LocalEndPoint!).Port });
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
