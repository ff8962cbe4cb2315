using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Leasequery.Actors.Monitoring;
using Leasequery.Wire;

namespace Leasequery.Actors.Ingress;

/// <summary>
/// Takes datagrams off a socket, up to a batch in one system call, into native memory that is used again and again. Where the
/// kernel coalesces what one sender sent in a row, a message is a train of datagrams, all as long as the first but the last,
/// which may be shorter; whoever takes them sees them one by one.
/// </summary>
internal sealed unsafe class ReceiveBatch : IDisposable
{
    /// <summary>More than an Ethernet frame; a longer datagram is no DHCP message.</summary>
    public const int LongestDatagram = 2048;

    private const int LongestTrain = 65536; // more than an IPv4 packet, so a train is never cut
    private const int Skew = 320; // between buffers: at a distance of 64 KiB they would contend for the same places in the caches

    private static readonly int ControlSize =
        ControlMessages.Space<Libc.PacketInfo>() + ControlMessages.Space<int>() + ControlMessages.Space<uint>();

    private readonly DatagramSocket _socket;
    private readonly DatagramCounters _counters;
    private readonly int _capacity;
    private readonly byte* _bytes;
    private readonly byte* _control;
    private readonly Libc.MessageHeader* _headers;
    private readonly Libc.Buffer* _buffers;
    private readonly Libc.SocketAddress* _sources;
    private uint _lost; // what the kernel said last
    private int _count;
    private int _next; // the message after the one whose datagrams are being taken
    private byte* _rest; // of that one
    private int _restLength;
    private int _segment;
    private bool _isCut;
    private Ipv4Endpoint _source;
    private Ipv4Endpoint _asked;

    /// <summary>Makes the buffers.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="capacity">Messages in one system call.</param>
    /// <param name="counters">Of the thread that takes the datagrams.</param>
    public ReceiveBatch(DatagramSocket socket, int capacity, DatagramCounters counters)
    {
        _socket = socket;
        _counters = counters;
        _capacity = capacity;
        var size = socket.Coalesces ? LongestTrain : LongestDatagram;
        _bytes = (byte*)NativeMemory.AlignedAlloc((nuint)capacity * (nuint)(size + Skew), 64); // mapped where it is used
        _control = (byte*)NativeMemory.AllocZeroed((nuint)(capacity * ControlSize));
        _headers = Allocate<Libc.MessageHeader>(capacity);
        _buffers = Allocate<Libc.Buffer>(capacity);
        _sources = Allocate<Libc.SocketAddress>(capacity);
        for (var i = 0; i < capacity; i++)
        {
            _buffers[i] = new Libc.Buffer { Start = _bytes + (nint)i * (size + Skew), Length = size };
            _headers[i] = new Libc.MessageHeader
            {
                Name = _sources + i,
                Buffers = _buffers + i,
                BufferCount = 1,
                Control = _control + i * ControlSize,
            };
            SetLengths(ref _headers[i]);
        }
    }

    /// <summary>
    /// Waits for messages; false when none came for a moment. The kernel wrote over the lengths of those that it filled last
    /// time, so they are set anew.
    /// </summary>
    public bool Receive()
    {
        for (var i = 0; i < _count; i++)
            SetLengths(ref _headers[i]);
        (_count, _next, _restLength, _segment) = (0, 0, 0, 0);
        var count = _socket.Calls.Receive(_socket.Handle, _headers, _capacity);
        if (count < 0 && -count is not (Libc.Again or Libc.Interrupted))
            throw new IOException($"receiving on {_socket.Endpoint}: {Marshal.GetPInvokeErrorMessage(-count)}");
        _count = Math.Max(count, 0);
        return _count > 0;
    }

    /// <summary>The next datagram of the batch; false when all are taken.</summary>
    public bool TryTake(out ReceivedDatagram datagram)
    {
        if (_restLength == 0)
        {
            if (_next == _count)
            {
                datagram = default;
                return false;
            }

            Open(_next++);
        }

        var length = Math.Min(_segment, _restLength);
        var isTooLong = length > LongestDatagram || (_isCut && length == _restLength);
        datagram = new ReceivedDatagram(new ReadOnlySpan<byte>(_rest, length), _source, _asked, isTooLong);
        _rest += length;
        _restLength -= length;
        return true;
    }

    /// <summary>
    /// The bytes of a datagram that is still to be taken; empty behind the last. Of trains that come later only the first
    /// datagram counts.
    /// </summary>
    /// <param name="ahead">How many are taken before it; 0 for the next.</param>
    public ReadOnlySpan<byte> Peek(int ahead)
    {
        var skipped = ahead * _segment;
        if (skipped < _restLength)
            return new ReadOnlySpan<byte>(_rest + skipped, Math.Min(_segment, _restLength - skipped));
        var message = _next + ahead - (_restLength == 0 ? 0 : (_restLength + _segment - 1) / _segment);
        return message < _count ? new ReadOnlySpan<byte>(_buffers[message].Start, (int)_headers[message].Length) : default;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_bytes);
        NativeMemory.Free(_control);
        NativeMemory.Free(_headers);
        NativeMemory.Free(_buffers);
        NativeMemory.Free(_sources);
    }

    private void Open(int index)
    {
        ref var header = ref _headers[index];
        ref var source = ref _sources[index];
        _source = new Ipv4Endpoint(
            new Ipv4Address(BinaryPrimitives.ReverseEndianness(source.Address)), BinaryPrimitives.ReverseEndianness(source.Port));
        _asked = _socket.Endpoint;
        _isCut = (header.Flags & Libc.Truncated) != 0;
        _rest = _buffers[index].Start;
        _restLength = (int)header.Length;
        _segment = _restLength;
        var control = new ControlMessages(header.Control, header.ControlLength);
        while (control.MoveNext())
            Read(control);
        if (_segment < _restLength)
            _counters.SegmentsReceived((_restLength + _segment - 1) / _segment);
    }

    private void Read(in ControlMessages control)
    {
        switch (control.Level, control.Type)
        {
            case (Libc.IpProtocol, Libc.IpPacketInfo):
                var local = control.Read<Libc.PacketInfo>().LocalAddress;
                _asked = _socket.Endpoint with { Address = new Ipv4Address(BinaryPrimitives.ReverseEndianness(local)) };
                break;
            case (Libc.UdpProtocol, Libc.UdpCoalesce) when control.Read<int>() is var segment and > 0:
                _segment = segment;
                break;
            case (Libc.SolSocket, Libc.SoReceiveOverflow):
                var lost = control.Read<uint>(); // since the socket was opened, and it wraps around
                _counters.Dropped(IngressDrop.ReceiveBufferFull, Math.Max(0, unchecked((int)(lost - _lost))));
                _lost = lost;
                break;
        }
    }

    private static void SetLengths(ref Libc.MessageHeader header)
    {
        header.NameLength = (uint)sizeof(Libc.SocketAddress);
        header.ControlLength = ControlSize;
    }

    private static T* Allocate<T>(int count)
        where T : unmanaged => (T*)NativeMemory.AllocZeroed((nuint)count, (nuint)sizeof(T));
}
