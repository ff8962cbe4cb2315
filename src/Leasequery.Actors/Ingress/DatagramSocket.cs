using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Leasequery.Actors.Settings;
using Leasequery.Wire;

namespace Leasequery.Actors.Ingress;

/// <summary>A bound UDP socket that knows which of our addresses a datagram came to, and what the kernel can do for it.</summary>
internal sealed class DatagramSocket : IDisposable
{
    /// <summary>How long a receive waits before it looks whether it should end.</summary>
    private static readonly TimeSpan ReceiveTimeout = TimeSpan.FromMilliseconds(100);

    private static readonly int[] On = [1];

    private readonly Socket _socket;

    private DatagramSocket(Socket socket, Ipv4Endpoint endpoint, IngressSettings settings)
    {
        _socket = socket;
        Endpoint = endpoint;
        Calls = settings.Batching ? DatagramCalls.Best(Handle) : DatagramCalls.Single;
        Segments = settings.Segmentation && Knows(Libc.UdpSegment);
        Coalesces = settings.Coalescing && TrySet(Libc.UdpProtocol, Libc.UdpCoalesce);
        TrySet(Libc.SolSocket, Libc.SoReceiveOverflow); // without it, lost datagrams are not counted
    }

    /// <summary>Where it is bound: with the port that it got where 0 was asked for.</summary>
    public Ipv4Endpoint Endpoint { get; }

    /// <summary>The file descriptor.</summary>
    public int Handle => (int)_socket.SafeHandle.DangerousGetHandle();

    /// <summary>The system calls that it is used with; a spec may put others in their place before a loop is made.</summary>
    public DatagramCalls Calls { get; set; }

    /// <summary>True when the kernel cuts a message into segments: UDP_SEGMENT, since Linux 4.18.</summary>
    public bool Segments { get; }

    /// <summary>
    /// True when the kernel may hand over what one sender sent in a row as one message: UDP_GRO, since Linux 5.0.
    /// </summary>
    public bool Coalesces { get; }

    /// <summary>The bytes that the kernel holds for it.</summary>
    public int ReceiveBuffer => _socket.ReceiveBufferSize / 2; // Linux counts its bookkeeping in, and reports the double

    /// <summary>Opens the sockets of one endpoint, which share its port.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="count">How many sockets.</param>
    /// <param name="settings">What they are used with.</param>
    /// <exception cref="SettingsException">The endpoint cannot be bound.</exception>
    public static IReadOnlyList<DatagramSocket> Open(Ipv4Endpoint endpoint, int count, IngressSettings settings)
    {
        var sockets = new List<DatagramSocket>();
        try
        {
            // With SO_REUSEPORT a second service would bind the same port without an error and take half of the traffic. So the
            // first bind goes without: it fails if anybody is there.
            Bind(endpoint, isShared: false, settings).Dispose();
            for (var i = 0; i < count; i++)
            {
                var socket = Bind(endpoint, isShared: count > 1, settings);
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
            }, cause)
            {
                MayPass = true, // whoever has the port may be ending, the address may come with the network or from another node
            };
        }
    }

    /// <summary>How datagrams pass, in words for the log.</summary>
    public override string ToString() => string.Join(", ", [
        Calls.IsBatched ? "many in one call" : "one in a call",
        Coalesces ? "taken in coalesced" : "taken in one by one",
        Segments ? "sent as segments" : "sent one by one",
    ]);

    public void Dispose() => _socket.Dispose();

    private static DatagramSocket Bind(Ipv4Endpoint endpoint, bool isShared, IngressSettings settings)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            var on = MemoryMarshal.AsBytes<int>(On);
            if (isShared)
                socket.SetRawSocketOption(Libc.SolSocket, Libc.SoReusePort, on);
            if (endpoint.Address.IsUnspecified)
                socket.SetRawSocketOption(Libc.IpProtocol, Libc.IpPacketInfo, on);
            socket.ReceiveBufferSize = settings.ReceiveBuffer;
            socket.ReceiveTimeout = (int)ReceiveTimeout.TotalMilliseconds;
            socket.Bind(new IPEndPoint(BinaryPrimitives.ReverseEndianness(endpoint.Address.Value), endpoint.Port));
            var port = (ushort)((IPEndPoint)socket.LocalEndPoint!).Port;
            return new DatagramSocket(socket, endpoint with { Port = port }, settings);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private bool TrySet(int level, int option)
    {
        try
        {
            _socket.SetRawSocketOption(level, option, MemoryMarshal.AsBytes<int>(On));
            return true;
        }
        catch (SocketException)
        {
            return false; // an older kernel
        }
    }

    // A kernel that does not know the option would not refuse its control message either, but send all in one datagram.
    private bool Knows(int option)
    {
        try
        {
            return _socket.GetRawSocketOption(Libc.UdpProtocol, option, stackalloc byte[sizeof(int)]) == sizeof(int);
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
