using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Leasequery.Wire;

namespace Leasequery.Actors.Ingress;

/// <summary>Takes datagrams off a socket, up to a batch in one system call, into native memory that is used again and again.</summary>
internal sealed unsafe class ReceiveBatch : IDisposable
{
    private const int BufferSize = 2048; // more than an Ethernet frame; a longer datagram is no DHCP message

    private readonly DatagramSocket _socket;
    private readonly int _capacity;
    private readonly byte* _bytes;
    private readonly Libc.MessageHeader* _headers;
    private readonly Libc.Buffer* _buffers;
    private readonly Libc.SocketAddress* _sources;
    private readonly Libc.PacketInfoControl* _controls;

    public ReceiveBatch(DatagramSocket socket, int capacity)
    {
        _socket = socket;
        _capacity = capacity;
        _bytes = (byte*)NativeMemory.AlignedAlloc((nuint)(capacity * BufferSize), 64);
        _headers = Allocate<Libc.MessageHeader>(capacity);
        _buffers = Allocate<Libc.Buffer>(capacity);
        _sources = Allocate<Libc.SocketAddress>(capacity);
        _controls = Allocate<Libc.PacketInfoControl>(capacity);
        for (var i = 0; i < capacity; i++)
        {
            _buffers[i] = new Libc.Buffer { Start = _bytes + i * BufferSize, Length = BufferSize };
            _headers[i] = new Libc.MessageHeader { Name = _sources + i, Buffers = _buffers + i, BufferCount = 1, Control = _controls + i };
        }
    }

    /// <summary>
    /// Waits for datagrams; 0 when none came for a moment. The kernel wrote over the lengths last time, so they are set anew.
    /// </summary>
    public int Receive()
    {
        for (var i = 0; i < _capacity; i++)
        {
            _headers[i].NameLength = (uint)sizeof(Libc.SocketAddress);
            _headers[i].ControlLength = sizeof(Libc.PacketInfoControl);
        }

        var count = Libc.ReceiveMany(_socket.Handle, _headers, (uint)_capacity, Libc.WaitForOne, null);
        if (count >= 0)
            return count;
        var error = Marshal.GetLastPInvokeError();
        return error is Libc.Again or Libc.Interrupted
            ? 0
            : throw new IOException($"receiving on {_socket.Endpoint}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    /// <summary>The bytes of a datagram.</summary>
    public ReadOnlySpan<byte> Datagram(int index) => new(_buffers[index].Start, (int)_headers[index].Length);

    /// <summary>True when the datagram was longer than any DHCP message here.</summary>
    public bool IsTruncated(int index) => (_headers[index].Flags & Libc.Truncated) != 0;

    /// <summary>Where it came from.</summary>
    public Ipv4Endpoint Source(int index) =>
        new(new Ipv4Address(BinaryPrimitives.ReverseEndianness(_sources[index].Address)), BinaryPrimitives.ReverseEndianness(_sources[index].Port));

    /// <summary>Which endpoint of ours it came to (N39: the reply leaves from there).</summary>
    public Ipv4Endpoint Asked(int index) =>
        _headers[index].ControlLength >= Libc.PacketInfoControl.HeaderAndData && _controls[index].Type == Libc.IpPacketInfo
            ? _socket.Endpoint with { Address = new Ipv4Address(BinaryPrimitives.ReverseEndianness(_controls[index].LocalAddress)) }
            : _socket.Endpoint;

    public void Dispose()
    {
        NativeMemory.AlignedFree(_bytes);
        NativeMemory.Free(_headers);
        NativeMemory.Free(_buffers);
        NativeMemory.Free(_sources);
        NativeMemory.Free(_controls);
    }

    private static T* Allocate<T>(int count)
        where T : unmanaged => (T*)NativeMemory.AllocZeroed((nuint)count, (nuint)sizeof(T));
}
