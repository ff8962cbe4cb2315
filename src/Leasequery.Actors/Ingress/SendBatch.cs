using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Actors.Ingress;

/// <summary>Collects replies in native memory and sends them in one system call. Used by one thread at a time.</summary>
internal sealed unsafe class SendBatch : IDisposable
{
    private readonly DatagramSocket _socket;
    private readonly byte* _bytes;
    private readonly Libc.MessageHeader* _headers;
    private readonly Libc.Buffer* _buffers;
    private readonly Libc.SocketAddress* _destinations;
    private readonly Libc.PacketInfoControl* _controls;
    private int _count;

    public SendBatch(DatagramSocket socket, int capacity)
    {
        _socket = socket;
        _bytes = (byte*)NativeMemory.AlignedAlloc((nuint)(capacity * LeasequeryReply.MaxSize), 64);
        _headers = Allocate<Libc.MessageHeader>(capacity);
        _buffers = Allocate<Libc.Buffer>(capacity);
        _destinations = Allocate<Libc.SocketAddress>(capacity);
        _controls = Allocate<Libc.PacketInfoControl>(capacity);
    }

    /// <summary>Where the next reply is written. A batch of replies is as large as a batch of queries, so there is room.</summary>
    public Span<byte> Next => new(_bytes + _count * LeasequeryReply.MaxSize, LeasequeryReply.MaxSize);

    /// <summary>Puts the reply that was written into the batch.</summary>
    /// <param name="length">Its length.</param>
    /// <param name="destination">Where it goes.</param>
    /// <param name="asked">The endpoint of ours that was asked.</param>
    public void Add(int length, Ipv4Endpoint destination, Ipv4Endpoint asked)
    {
        var i = _count++;
        _buffers[i] = new Libc.Buffer { Start = _bytes + i * LeasequeryReply.MaxSize, Length = length };
        _destinations[i] = new Libc.SocketAddress
        {
            Family = Libc.SocketAddress.InternetFamily,
            Port = BinaryPrimitives.ReverseEndianness(destination.Port),
            Address = BinaryPrimitives.ReverseEndianness(destination.Address.Value),
        };
        _headers[i] = new Libc.MessageHeader
        {
            Name = _destinations + i,
            NameLength = (uint)sizeof(Libc.SocketAddress),
            Buffers = _buffers + i,
            BufferCount = 1,
        };
        if (!_socket.Endpoint.Address.IsUnspecified)
            return;
        _controls[i] = new Libc.PacketInfoControl
        {
            Length = Libc.PacketInfoControl.HeaderAndData,
            Level = Libc.IpProtocol,
            Type = Libc.IpPacketInfo,
            LocalAddress = BinaryPrimitives.ReverseEndianness(asked.Address.Value),
        };
        _headers[i].Control = _controls + i;
        _headers[i].ControlLength = sizeof(Libc.PacketInfoControl);
    }

    /// <summary>
    /// Sends the batch and returns how many the kernel would not take (no route, an address that went away): those are left out,
    /// the rest goes. Ends, because each call sends or skips at least one.
    /// </summary>
    public int Flush()
    {
        var (next, failed) = (0, 0);
        while (next < _count)
        {
            var sent = Libc.SendMany(_socket.Handle, _headers + next, (uint)(_count - next), 0);
            if (sent > 0)
            {
                next += sent;
            }
            else if (Marshal.GetLastPInvokeError() != Libc.Interrupted)
            {
                next++;
                failed++;
            }
        }

        _count = 0;
        return failed;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_bytes);
        NativeMemory.Free(_headers);
        NativeMemory.Free(_buffers);
        NativeMemory.Free(_destinations);
        NativeMemory.Free(_controls);
    }

    private static T* Allocate<T>(int count)
        where T : unmanaged => (T*)NativeMemory.AllocZeroed((nuint)count, (nuint)sizeof(T));
}
