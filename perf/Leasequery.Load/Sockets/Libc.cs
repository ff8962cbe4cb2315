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

    public const int Interrupted = 4;
    public const int Again = 11;
    public const int ConnectionRefused = 111;

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int ReceiveMany(int socket, MessageHeader* messages, uint count, int flags, void* timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int SendMany(int socket, MessageHeader* messages, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    public static partial int Poll(PollDescriptor* descriptors, nuint count, TimeSpecification* timeout, void* signalMask);

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
        private readonly nint _control;
        private readonly nint _controlLength;
        private readonly long _flags;
        public uint Length;
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
