using System.Runtime.InteropServices;

namespace Leasequery.Load.Sockets;

/// <summary>
/// The Linux calls that send and take many datagrams at once, and the one that waits in nanoseconds. The service has its own:
/// a generator that shared its code would share its mistakes.
/// </summary>
internal static unsafe partial class Libc
{
    public const int DontWait = 0x40;
    public const short Readable = 1;

    public const int SocketLevel = 1;
    public const int ReceiveBufferForce = 33;
    public const int UdpLevel = 17;
    public const int UdpSegment = 103;
    public const int UdpJoin = 104;

    public const int Interrupted = 4;
    public const int Again = 11;
    public const int ConnectionRefused = 111;

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int ReceiveMany(int socket, MessageHeader* messages, uint count, int flags, void* timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int SendMany(int socket, MessageHeader* messages, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    public static partial int Poll(PollDescriptor* descriptors, nuint count, TimeSpecification* timeout, void* signalMask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    public static partial int SetAffinity(int thread, nint size, void* mask);

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Buffer
    {
        public byte* Start;
        public nint Length;
    }

    /// <summary>struct mmsghdr: a struct msghdr and the length of its datagram. The sockets are connected: no names.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        private readonly nint _name;
        private readonly nint _nameLength;
        public Buffer* Buffers;
        public nint BufferCount;
        public Control* Control;
        public nint ControlLength;
        private readonly long _flags;
        public uint Length;
    }

    /// <summary>
    /// struct cmsghdr with one number: UDP_SEGMENT's 16 bits when sending, UDP_GRO's 32 when taking. Both fit, both are padded to
    /// eight bytes.
    /// </summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Control
    {
        private nint _length;
        private int _level;
        private int _type;
        private int _value;
        private readonly int _padding;

        /// <summary>UDP_GRO: the message is several datagrams.</summary>
        public readonly bool IsJoined => _level == UdpLevel && _type == UdpJoin;

        /// <summary>The size of its datagrams; the last may be shorter.</summary>
        public readonly int Size => _value;

        /// <summary>UDP_SEGMENT: take the message apart into datagrams of this size.</summary>
        public static Control Segment(ushort size) =>
            new() { _length = HeaderLength + sizeof(ushort), _level = UdpLevel, _type = UdpSegment, _value = size };

        private const int HeaderLength = 16;
    }

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollDescriptor
    {
        public int Socket;
        public short Wanted;
        private readonly short _happened;
    }

    /// <summary>struct timespec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpecification
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
