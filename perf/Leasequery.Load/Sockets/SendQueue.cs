using System.Runtime.InteropServices;

namespace Leasequery.Load.Sockets;

/// <summary>
/// Datagrams on their way out, side by side in one piece of memory. Neighbours of one length are one message with segments, as
/// far as the options allow; each other one is a message of its own.
/// </summary>
internal sealed unsafe class SendQueue(int segments) : IDisposable
{
    /// <summary>Room for one datagram.</summary>
    public const int DatagramSize = 2048;

    private const int Messages = 64; // in one system call
    private const int LargestMessage = 65_507; // payload over IPv4

    // A queue of one message each holds as many datagrams; with segments it holds some bursts.
    private readonly int _capacity = segments == 1 ? Messages : 8 * Messages;
    private readonly byte* _memory = (byte*)NativeMemory.Alloc((nuint)(segments == 1 ? Messages : 8 * Messages), DatagramSize);
    private readonly Libc.Buffer* _buffers = (Libc.Buffer*)NativeMemory.AllocZeroed(Messages, (nuint)sizeof(Libc.Buffer));
    private readonly Libc.Control* _controls = (Libc.Control*)NativeMemory.AllocZeroed(Messages, (nuint)sizeof(Libc.Control));
    private readonly Libc.MessageHeader* _headers =
        (Libc.MessageHeader*)NativeMemory.AllocZeroed(Messages, (nuint)sizeof(Libc.MessageHeader));

    private int _datagrams;
    private int _used;
    private int _lastLength;
    private int _lastSegments;

    /// <summary>The messages.</summary>
    public Libc.MessageHeader* Headers => _headers;

    /// <summary>How many messages there are.</summary>
    public int Count { get; private set; }

    /// <summary>True when it has to be sent before more is written.</summary>
    public bool IsFull => _datagrams == _capacity || Count == Messages;

    /// <summary>Where the next datagram is written.</summary>
    public Span<byte> Next => new(_memory + _used, DatagramSize);

    /// <summary>Takes the datagram that was written.</summary>
    public void Add(int length)
    {
        var joins = Count > 0 && length == _lastLength && _lastSegments < segments
            && _buffers[Count - 1].Length + length <= LargestMessage;
        if (joins)
            Extend(length);
        else
            Begin(length);
        _used += length;
        _datagrams++;
    }

    /// <summary>Empties it.</summary>
    public void Clear() => (Count, _datagrams, _used) = (0, 0, 0);

    public void Dispose()
    {
        NativeMemory.Free(_memory);
        NativeMemory.Free(_buffers);
        NativeMemory.Free(_controls);
        NativeMemory.Free(_headers);
    }

    private void Begin(int length)
    {
        _buffers[Count] = new Libc.Buffer { Start = _memory + _used, Length = length };
        _headers[Count] = new Libc.MessageHeader { Buffers = _buffers + Count, BufferCount = 1 };
        Count++;
        (_lastLength, _lastSegments) = (length, 1);
    }

    private void Extend(int length)
    {
        var last = Count - 1;
        _buffers[last].Length += length;
        _lastSegments++;
        _controls[last] = Libc.Control.Segment((ushort)length);
        _headers[last].Control = _controls + last;
        _headers[last].ControlLength = sizeof(Libc.Control);
    }
}
