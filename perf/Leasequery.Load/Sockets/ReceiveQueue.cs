using System.Runtime.InteropServices;

namespace Leasequery.Load.Sockets;

/// <summary>Datagrams that came: taken from the kernel one a message, or joined and then taken apart here.</summary>
internal sealed unsafe class ReceiveQueue : IDisposable
{
    private const int PlainMessages = 64; // in one system call
    private const int PlainSize = 2048 + 64; // no power of two: buffers would share few lines of the processor's cache
    private const int JoinedMessages = 16;
    private const int JoinedSize = 65_536 + 192;

    private readonly bool _joins;
    private readonly int _messages;
    private readonly int _size;
    private readonly byte* _memory;
    private readonly Libc.Buffer* _buffers;
    private readonly Libc.Control* _controls;
    private readonly Libc.MessageHeader* _headers;

    private (int Start, int Length)[] _datagrams = new (int, int)[1024];

    public ReceiveQueue(bool joins)
    {
        _joins = joins;
        (_messages, _size) = joins ? (JoinedMessages, JoinedSize) : (PlainMessages, PlainSize);
        _memory = (byte*)NativeMemory.Alloc((nuint)_messages, (nuint)_size);
        _buffers = (Libc.Buffer*)NativeMemory.AllocZeroed((nuint)_messages, (nuint)sizeof(Libc.Buffer));
        _controls = (Libc.Control*)NativeMemory.AllocZeroed((nuint)_messages, (nuint)sizeof(Libc.Control));
        _headers = (Libc.MessageHeader*)NativeMemory.AllocZeroed((nuint)_messages, (nuint)sizeof(Libc.MessageHeader));
        for (var i = 0; i < _messages; i++)
            _buffers[i] = new Libc.Buffer { Start = _memory + i * _size, Length = _size };
    }

    /// <summary>How many datagrams there are.</summary>
    public int Count { get; private set; }

    /// <summary>One of them.</summary>
    public ReadOnlySpan<byte> this[int index] => new(_memory + _datagrams[index].Start, _datagrams[index].Length);

    /// <summary>Takes what waits in the kernel; false, with the reason in errno, when nothing does.</summary>
    public bool TryTake(int socket)
    {
        for (var i = 0; i < _messages; i++)
        {
            _headers[i] = new Libc.MessageHeader
            {
                Buffers = _buffers + i,
                BufferCount = 1,
                Control = _joins ? _controls + i : null,
                ControlLength = _joins ? sizeof(Libc.Control) : 0,
            };
        }

        Count = 0;
        var messages = Libc.ReceiveMany(socket, _headers, (uint)_messages, Libc.DontWait, null);
        for (var i = 0; i < messages; i++)
            TakeApart(i);
        return messages > 0;
    }

    public void Dispose()
    {
        NativeMemory.Free(_memory);
        NativeMemory.Free(_buffers);
        NativeMemory.Free(_controls);
        NativeMemory.Free(_headers);
    }

    private void TakeApart(int message)
    {
        var length = (int)_headers[message].Length;
        var isJoined = _joins && _headers[message].ControlLength > 0 && _controls[message] is { IsJoined: true, Size: > 0 };
        var step = isJoined ? _controls[message].Size : Math.Max(length, 1);
        var start = 0;
        do
        {
            if (Count == _datagrams.Length)
                Array.Resize(ref _datagrams, 2 * Count);
            _datagrams[Count++] = (message * _size + start, Math.Min(step, length - start));
            start += step;
        }
        while (start < length);
    }
}
