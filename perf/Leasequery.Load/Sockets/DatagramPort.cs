using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Leasequery.Load.Commands;
using Leasequery.Wire;

namespace Leasequery.Load.Sockets;

/// <summary>
/// A UDP socket towards one server that sends and takes up to <see cref="BatchSize"/> datagrams in one system call, so that the
/// generator costs less than what it measures. Connected, so that the kernel tells when nobody listens there. One thread uses it.
/// </summary>
internal sealed unsafe class DatagramPort : IDisposable
{
    /// <summary>Datagrams in one system call.</summary>
    public const int BatchSize = 64;

    private const int BufferSize = 2048;
    private const int KernelBuffer = 4 << 20;
    private const long TicksInSecond = 1_000_000_000; // of struct timespec

    private readonly Socket _socket;
    private readonly byte* _outgoing = (byte*)NativeMemory.AllocZeroed(BatchSize, BufferSize);
    private readonly byte* _incoming = (byte*)NativeMemory.AllocZeroed(BatchSize, BufferSize);
    private readonly Libc.Buffer* _buffers = (Libc.Buffer*)NativeMemory.AllocZeroed(2 * BatchSize, (nuint)sizeof(Libc.Buffer));
    private readonly Libc.MessageHeader* _sending =
        (Libc.MessageHeader*)NativeMemory.AllocZeroed(BatchSize, (nuint)sizeof(Libc.MessageHeader));

    private readonly Libc.MessageHeader* _taking =
        (Libc.MessageHeader*)NativeMemory.AllocZeroed(BatchSize, (nuint)sizeof(Libc.MessageHeader));

    private int _count;

    private DatagramPort(Socket socket)
    {
        _socket = socket;
        Local = Endpoint(socket.LocalEndPoint!);
        for (var i = 0; i < BatchSize; i++)
        {
            _buffers[i] = new Libc.Buffer { Start = _outgoing + i * BufferSize };
            _buffers[BatchSize + i] = new Libc.Buffer { Start = _incoming + i * BufferSize, Length = BufferSize };
            _sending[i] = new Libc.MessageHeader { Buffers = _buffers + i, BufferCount = 1 };
            _taking[i] = new Libc.MessageHeader { Buffers = _buffers + BatchSize + i, BufferCount = 1 };
        }
    }

    /// <summary>Our end.</summary>
    public Ipv4Endpoint Local { get; }

    /// <summary>How often the kernel said that nobody listens there.</summary>
    public long Refused { get; private set; }

    /// <summary>True when the batch has to be sent before more is written.</summary>
    public bool IsFull => _count == BatchSize;

    /// <summary>Where the next datagram is written.</summary>
    public Span<byte> Next => new(_outgoing + _count * BufferSize, BufferSize);

    /// <summary>Opens a socket.</summary>
    /// <param name="local">Our end; port 0 for any.</param>
    /// <param name="server">The server.</param>
    /// <exception cref="LoadFailedException">There is no such address here, or the port is taken.</exception>
    public static DatagramPort Open(Ipv4Endpoint local, Ipv4Endpoint server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveBufferSize = KernelBuffer,
            SendBufferSize = KernelBuffer,
        };
        try
        {
            socket.Bind(Endpoint(local));
            socket.Connect(Endpoint(server));
            return new DatagramPort(socket);
        }
        catch (SocketException cause)
        {
            socket.Dispose();
            var message = $"cannot send from {local} to {server} ({cause.Message})";
            throw new LoadFailedException(ExitCodes.Unavailable, message, cause);
        }
    }

    /// <summary>Puts the datagram that was written into the batch.</summary>
    public void Add(int length) => _buffers[_count++].Length = length;

    /// <summary>
    /// Sends the batch. What the kernel refuses is left out and shows as lost. Ends, because each call sends or skips at least
    /// one datagram, or was interrupted.
    /// </summary>
    public void Flush()
    {
        var next = 0;
        while (next < _count)
        {
            var sent = Libc.SendMany(Handle, _sending + next, (uint)(_count - next), 0);
            if (sent > 0)
            {
                next += sent;
                continue;
            }

            var error = Marshal.GetLastPInvokeError();
            Refused += error == Libc.ConnectionRefused ? 1 : 0;
            next += error == Libc.Interrupted ? 0 : 1;
        }

        _count = 0;
    }

    /// <summary>Takes what came, and waits for it if need be; 0 when nothing came in time.</summary>
    public int Receive(long waitNanoseconds)
    {
        if (waitNanoseconds > 0 && !WaitFor(waitNanoseconds))
            return 0;
        var count = Libc.ReceiveMany(Handle, _taking, BatchSize, Libc.DontWait, null);
        if (count >= 0)
            return count;
        var error = Marshal.GetLastPInvokeError();
        Refused += error == Libc.ConnectionRefused ? 1 : 0;
        return error is Libc.Again or Libc.Interrupted or Libc.ConnectionRefused
            ? 0
            : throw new IOException($"receiving: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    /// <summary>A datagram that came.</summary>
    public ReadOnlySpan<byte> Datagram(int index) => new(_incoming + index * BufferSize, (int)_taking[index].Length);

    public void Dispose()
    {
        _socket.Dispose();
        NativeMemory.Free(_outgoing);
        NativeMemory.Free(_incoming);
        NativeMemory.Free(_buffers);
        NativeMemory.Free(_sending);
        NativeMemory.Free(_taking);
    }

    private int Handle => (int)_socket.SafeHandle.DangerousGetHandle();

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

    private static IPEndPoint Endpoint(Ipv4Endpoint endpoint) => new(IPAddress.Parse(endpoint.Address.ToString()), endpoint.Port);

    private static Ipv4Endpoint Endpoint(EndPoint endpoint) =>
        Ipv4Endpoint.TryParse(endpoint.ToString(), 0, out var read)
            ? read
            : throw new ArgumentException("not IPv4", nameof(endpoint));
}
