using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Leasequery.Load.Commands;
using Leasequery.Wire;

namespace Leasequery.Load.Sockets;

/// <summary>
/// A UDP socket towards one server that sends and takes many datagrams in one system call, so that the generator costs less than
/// what it measures. Connected, so that the kernel tells when nobody listens there. One thread uses it.
/// </summary>
internal sealed unsafe class DatagramPort : IDisposable
{
    private const int KernelBuffer = 4 << 20;
    private const long TicksInSecond = 1_000_000_000; // of struct timespec

    private readonly Socket _socket;
    private readonly Ipv4Endpoint _server;
    private readonly SendQueue _sending;
    private readonly ReceiveQueue _taking;

    private DatagramPort(Socket socket, PortOptions options)
    {
        _socket = socket;
        _server = options.Server;
        _sending = new SendQueue(options.Segments);
        _taking = new ReceiveQueue(options.Joins);
        Local = Endpoint(socket.LocalEndPoint!);
    }

    /// <summary>Our end.</summary>
    public Ipv4Endpoint Local { get; }

    /// <summary>How often the kernel said that nobody listens there.</summary>
    public long Refused { get; private set; }

    /// <summary>True when the batch has to be sent before more is written.</summary>
    public bool IsFull => _sending.IsFull;

    /// <summary>Where the next datagram is written.</summary>
    public Span<byte> Next => _sending.Next;

    /// <summary>Opens a socket.</summary>
    /// <exception cref="LoadFailedException">There is no such address here, the port is taken, or the kernel lacks
    /// something.</exception>
    public static DatagramPort Open(PortOptions options)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveBufferSize = KernelBuffer,
            SendBufferSize = KernelBuffer,
        };
        try
        {
            TryForceBuffer(socket);
            socket.Bind(Endpoint(options.Local));
            socket.Connect(Endpoint(options.Server));
            if (options.Segments > 1)
                Set(socket, Libc.UdpSegment, 0, "UDP_SEGMENT: leave --burst out"); // 0 for none until a send names a size
            if (options.Joins)
                Set(socket, Libc.UdpJoin, 1, "UDP_GRO: leave --gro out");
            return new DatagramPort(socket, options);
        }
        catch (SocketException cause)
        {
            socket.Dispose();
            var message = $"cannot send from {options.Local} to {options.Server} ({cause.Message})";
            throw new LoadFailedException(ExitCodes.Unavailable, message, cause);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Puts the datagram that was written into the batch.</summary>
    public void Add(int length) => _sending.Add(length);

    /// <summary>
    /// Sends the batch. What the kernel refuses is left out and shows as lost. Ends, because each call sends or skips at least
    /// one message, or was interrupted.
    /// </summary>
    public void Flush()
    {
        var next = 0;
        while (next < _sending.Count)
        {
            var sent = Libc.SendMany(Handle, _sending.Headers + next, (uint)(_sending.Count - next), 0);
            if (sent > 0)
            {
                next += sent;
                continue;
            }

            var error = Marshal.GetLastPInvokeError();
            Refused += error == Libc.ConnectionRefused ? 1 : 0;
            next += error == Libc.Interrupted ? 0 : 1;
        }

        _sending.Clear();
    }

    /// <summary>Takes what came, and waits for it if need be; 0 when nothing came in time.</summary>
    /// <exception cref="LoadFailedException">Somebody on the way lets nothing through.</exception>
    public int Receive(long waitNanoseconds)
    {
        if (Take() || waitNanoseconds <= 0 || !WaitFor(waitNanoseconds))
            return _taking.Count;
        Take();
        return _taking.Count;
    }

    /// <summary>A datagram that came.</summary>
    public ReadOnlySpan<byte> Datagram(int index) => _taking[index];

    public void Dispose()
    {
        _socket.Dispose();
        _sending.Dispose();
        _taking.Dispose();
    }

    private int Handle => (int)_socket.SafeHandle.DangerousGetHandle();

    private bool Take()
    {
        if (_taking.TryTake(Handle))
            return true;
        var error = Marshal.GetLastPInvokeError();
        Refused += error == Libc.ConnectionRefused ? 1 : 0;
        return error is Libc.Again or Libc.Interrupted or Libc.ConnectionRefused
            ? false
            : throw new LoadFailedException(ExitCodes.Unavailable,
                $"nothing comes from {_server} ({Marshal.GetPInvokeErrorMessage(error)}): is there a firewall on the way?");
    }

    private bool WaitFor(long nanoseconds)
    {
        var descriptor = new Libc.PollDescriptor { Socket = Handle, Wanted = Libc.Readable };
        var timeout = new Libc.TimeSpecification
        {
            Seconds = (nint)(nanoseconds / TicksInSecond),
            Nanoseconds = (nint)(nanoseconds % TicksInSecond),
        };
        return Libc.Poll(&descriptor, 1, &timeout, null) > 0;
    }

    // Root may go beyond net.core.rmem_max; for everybody else the capped size has to do.
    private static void TryForceBuffer(Socket socket)
    {
        try
        {
            socket.SetRawSocketOption(Libc.SocketLevel, Libc.ReceiveBufferForce, BitConverter.GetBytes(KernelBuffer));
        }
        catch (SocketException)
        {
            // not root
        }
    }

    private static void Set(Socket socket, int option, int value, string missing)
    {
        try
        {
            socket.SetRawSocketOption(Libc.UdpLevel, option, BitConverter.GetBytes(value));
        }
        catch (SocketException cause)
        {
            throw new LoadFailedException(ExitCodes.Unavailable, $"this kernel has no {missing}", cause);
        }
    }

    private static IPEndPoint Endpoint(Ipv4Endpoint endpoint) => new(IPAddress.Parse(endpoint.Address.ToString()), endpoint.Port);

    private static Ipv4Endpoint Endpoint(EndPoint endpoint) =>
        Ipv4Endpoint.TryParse(endpoint.ToString(), 0, out var read)
            ? read
            : throw new ArgumentException("not IPv4", nameof(endpoint));
}
