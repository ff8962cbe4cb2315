using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Leasequery.Actors.Monitoring;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Actors.Ingress;

/// <summary>
/// Collects replies in native memory and sends them in one system call. A run of replies of one size to one requestor is one
/// message that the kernel, or the device, cuts into segments (UDP_SEGMENT in udp(7)): its way through the network stack is what
/// a reply costs most. Used by one thread at a time.
/// </summary>
internal sealed unsafe class SendBatch : IDisposable
{
    /// <summary>The most segments that all kernels take.</summary>
    public const int MaxSegments = 64;

    /// <summary>
    /// The longest segment: what every IPv4 path carries in one piece (RFC 791 section 3.2, less the headers). A longer reply may
    /// have to be fragmented, and segments cannot be.
    /// </summary>
    public const int MaxSegmentSize = 548;

    private static readonly int ControlSize = ControlMessages.Space<Libc.PacketInfo>() + ControlMessages.Space<ushort>();

    private readonly DatagramSocket _socket;
    private readonly DatagramCounters _counters;
    private readonly int _capacity;
    private readonly bool _tellsLocalAddress;
    private readonly ReplyRuns _runs;
    private readonly byte* _bytes;
    private readonly Libc.MessageHeader* _headers;
    private readonly Libc.Buffer* _replies; // in the order in which they are sent
    private readonly Libc.Buffer* _whole; // of a message whose replies stand one behind the other: all of them
    private readonly Run* _messages;
    private readonly Libc.SocketAddress* _destinations;
    private readonly byte* _control;
    private nint _used; // of the bytes
    private bool _cuts;

    /// <summary>Makes the buffers.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="capacity">The most replies.</param>
    /// <param name="counters">Of the thread that sends.</param>
    public SendBatch(DatagramSocket socket, int capacity, DatagramCounters counters)
    {
        _socket = socket;
        _counters = counters;
        _capacity = capacity;
        _cuts = socket.Segments;
        _tellsLocalAddress = socket.Endpoint.Address.IsUnspecified;
        _runs = new ReplyRuns(capacity);
        _bytes = (byte*)NativeMemory.AlignedAlloc((nuint)(capacity * LeasequeryReply.MaxSize), 64);
        _headers = Allocate<Libc.MessageHeader>(capacity + 1); // one more, for replies that are sent again by themselves
        _replies = Allocate<Libc.Buffer>(capacity);
        _whole = Allocate<Libc.Buffer>(capacity);
        _messages = Allocate<Run>(capacity);
        _destinations = Allocate<Libc.SocketAddress>(capacity);
        _control = (byte*)NativeMemory.AllocZeroed((nuint)(capacity * ControlSize));
    }

    /// <summary>Where the next reply is written, when the batch is not full.</summary>
    public Span<byte> Next => new(_bytes + _used, LeasequeryReply.MaxSize);

    /// <summary>True when it has to be sent before more is written.</summary>
    public bool IsFull => _runs.Count == _capacity;

    /// <summary>Why replies are not sent as segments any more: the kernel's error number; 0 while nothing was refused.</summary>
    public int Refusal { get; private set; }

    /// <summary>Puts the reply that was written into the batch.</summary>
    /// <param name="length">Its length.</param>
    /// <param name="destination">Where it goes.</param>
    /// <param name="asked">The endpoint of ours that was asked.</param>
    public void Add(int length, Ipv4Endpoint destination, Ipv4Endpoint asked)
    {
        _runs.Add(new Libc.Buffer { Start = _bytes + _used, Length = length }, destination, asked.Address);
        _used += length; // the next one stands right behind it: fewer pages and cache lines
    }

    /// <summary>
    /// Sends the batch and returns how many replies the kernel would not take (no route, an address that went away): those are
    /// left out, the rest goes. Ends, because each call sends or skips at least one message, or was interrupted.
    /// </summary>
    public int Flush()
    {
        var count = Prepare();
        var (next, failed) = (0, 0);
        while (next < count)
        {
            var result = _socket.Calls.Send(_socket.Handle, _headers + next, count - next);
            for (; result > 0; result--)
                CountSegments(_messages[next++].Count);
            if (result is 0 or -Libc.Interrupted)
                continue;
            failed += MayBeForItsSegments(next, -result) ? SendOneByOne(next, -result) : _messages[next].Count;
            next++;
        }

        _runs.Clear();
        _used = 0;
        return failed;
    }

    public void Dispose()
    {
        _runs.Dispose();
        NativeMemory.AlignedFree(_bytes);
        NativeMemory.Free(_headers);
        NativeMemory.Free(_replies);
        NativeMemory.Free(_whole);
        NativeMemory.Free(_messages);
        NativeMemory.Free(_destinations);
        NativeMemory.Free(_control);
    }

    // One message for each run; returns how many.
    private int Prepare()
    {
        var (messages, first) = (0, 0);
        for (var way = 0; way < _runs.WayCount; way++)
        {
            SetDestination(way);
            var end = first + _runs.CopyTo(way, _replies + first);
            while (first < end)
            {
                var length = _cuts ? RunLength(first, end) : 1;
                _messages[messages] = new Run { First = first, Count = length };
                SetMessage(messages++, way);
                first += length;
            }
        }

        return messages;
    }

    // Segments are all as long as the first; only the last may be shorter.
    private int RunLength(int first, int end)
    {
        var size = _replies[first].Length;
        if (size > MaxSegmentSize)
            return 1;
        var next = first + 1;
        end = Math.Min(end, first + MaxSegments);
        while (next < end && _replies[next].Length == size)
            next++;
        return (next < end && _replies[next].Length < size ? next + 1 : next) - first;
    }

    private void SetDestination(int way)
    {
        var destination = _runs.Destination(way);
        _destinations[way] = new Libc.SocketAddress
        {
            Family = Libc.SocketAddress.InternetFamily,
            Port = BinaryPrimitives.ReverseEndianness(destination.Port),
            Address = BinaryPrimitives.ReverseEndianness(destination.Address.Value),
        };
    }

    private void SetMessage(int message, int way)
    {
        var first = _replies + _messages[message].First;
        var count = _messages[message].Count;
        var last = first + count - 1;
        var isWhole = last->Start == first->Start + (count - 1) * first->Length;
        if (isWhole)
            _whole[message] = new Libc.Buffer { Start = first->Start, Length = (count - 1) * first->Length + last->Length };
        ref var header = ref _headers[message];
        header = new Libc.MessageHeader
        {
            Name = _destinations + way,
            NameLength = (uint)sizeof(Libc.SocketAddress),
            Buffers = isWhole ? _whole + message : first, // one piece costs the kernel less than many
            BufferCount = isWhole ? 1 : count,
        };
        if (!_tellsLocalAddress && count == 1)
            return;
        header.Control = _control + message * ControlSize;
        var control = new ControlMessages(header.Control, ControlSize);
        if (_tellsLocalAddress)
            control.Write(Libc.IpProtocol, Libc.IpPacketInfo,
                new Libc.PacketInfo { LocalAddress = BinaryPrimitives.ReverseEndianness(_runs.Local(way).Value) });
        if (count > 1) // behind the other, so that it can be left out
            control.Write(Libc.UdpProtocol, Libc.UdpSegment, (ushort)first->Length);
        header.ControlLength = control.Length;
    }

    // What the kernel says of a message that it cannot cut. It may say the same of what it cannot send at all.
    private bool MayBeForItsSegments(int message, int error) => _messages[message].Count > 1
        && error is Libc.InputOutput or Libc.Invalid or Libc.MessageSize or Libc.NoProtocolOption;

    // A refused message was not sent in parts: all of its replies go by themselves. Only when one of them can go it was for the
    // segments.
    private int SendOneByOne(int refused, int error)
    {
        var run = _messages[refused];
        ref var single = ref _headers[_capacity];
        single = _headers[refused];
        single.BufferCount = 1;
        single.ControlLength = _tellsLocalAddress ? ControlMessages.Space<Libc.PacketInfo>() : 0;
        single.Control = _tellsLocalAddress ? single.Control : null;
        var failed = 0;
        for (var i = 0; i < run.Count; i++)
        {
            single.Buffers = _replies + run.First + i;
            int result;
            do
                result = _socket.Calls.Send(_socket.Handle, _headers + _capacity, 1);
            while (result == -Libc.Interrupted);
            failed += result > 0 ? 0 : 1;
        }

        if (failed < run.Count)
            (_cuts, Refusal) = (false, error);
        return failed;
    }

    private void CountSegments(int segments)
    {
        if (segments > 1)
            _counters.SegmentsSent(segments);
    }

    private static T* Allocate<T>(int count)
        where T : unmanaged => (T*)NativeMemory.AllocZeroed((nuint)count, (nuint)sizeof(T));

    private struct Run
    {
        public int First;
        public int Count;
    }
}
