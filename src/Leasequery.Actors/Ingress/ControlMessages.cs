using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Leasequery.Actors.Ingress;

/// <summary>
/// What travels beside a datagram between us and the kernel (cmsg(3)): one message behind the other in a piece of native memory.
/// Called for every datagram, so it is a struct over that memory.
/// </summary>
/// <param name="start">The first message.</param>
/// <param name="length">The bytes of all of them.</param>
internal unsafe ref struct ControlMessages(byte* start, nint length)
{
    private const int Alignment = 8;

    private nint _offset;
    private nint _next;

    /// <summary>The bytes of all messages.</summary>
    public readonly nint Length => _next;

    /// <summary>The protocol of the message that the last step came to.</summary>
    public readonly int Level => ((Header*)(start + _offset))->Level;

    /// <summary>Its type.</summary>
    public readonly int Type => ((Header*)(start + _offset))->Type;

    /// <summary>The room that a message with such a value takes (CMSG_SPACE).</summary>
    public static int Space<T>()
        where T : unmanaged => Align(sizeof(Header) + sizeof(T));

    /// <summary>Steps to the next message that came. Ends, because each has at least its header.</summary>
    public bool MoveNext()
    {
        _offset = _next;
        if (length - _offset < sizeof(Header))
            return false;
        var size = ((Header*)(start + _offset))->Length;
        if (size < sizeof(Header) || size > length - _offset)
            return false;
        _next += Align((int)size);
        return true;
    }

    /// <summary>The value of the message that came; a message of the kernel's is as long as its type says.</summary>
    public readonly T Read<T>()
        where T : unmanaged => Unsafe.ReadUnaligned<T>(start + _offset + sizeof(Header));

    /// <summary>Puts a message behind those that are there; the caller has made room.</summary>
    public void Write<T>(int level, int type, T value)
        where T : unmanaged
    {
        *(Header*)(start + _next) = new Header { Length = sizeof(Header) + sizeof(T), Level = level, Type = type };
        Unsafe.WriteUnaligned(start + _next + sizeof(Header), value);
        _offset = _next;
        _next += Space<T>();
    }

    private static int Align(int size) => (size + Alignment - 1) & ~(Alignment - 1);

    /// <summary>struct cmsghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Header
    {
        public nint Length;
        public int Level;
        public int Type;
    }
}
