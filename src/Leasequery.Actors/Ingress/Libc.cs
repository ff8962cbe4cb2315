using System.Runtime.InteropServices;

namespace Leasequery.Actors.Ingress;

/// <summary>
/// The Linux calls that take and send many datagrams at once (recvmmsg(2), sendmmsg(2)), or one (recvmsg(2), sendmsg(2)) with
/// what .NET's sockets do not pass on: the local address a datagram was sent to, and the one a reply leaves from (ip(7)),
/// segments (udp(7)) and lost datagrams (socket(7)).
/// </summary>
internal static unsafe partial class Libc
{
    public const int SolSocket = 1;
    public const int SoReusePort = 15;
    public const int SoReceiveOverflow = 40; // SO_RXQ_OVFL
    public const int IpProtocol = 0;
    public const int IpPacketInfo = 8;
    public const int UdpProtocol = 17;
    public const int UdpSegment = 103;
    public const int UdpCoalesce = 104; // UDP_GRO

    public const int DontWait = 0x40;
    public const int WaitForOne = 0x10000; // block for the first datagram, take what else is there
    public const int Truncated = 0x20;

    public const int PriorityOfThread = 0; // PRIO_PROCESS; to Linux a thread is one
    public const int OrdinaryScheduling = 0; // SCHED_OTHER
    public const int ResetOnFork = 0x40000000; // SCHED_RESET_ON_FORK

    public const int NotPermitted = 1;
    public const int Interrupted = 4;
    public const int InputOutput = 5;
    public const int Again = 11;
    public const int Invalid = 22;
    public const int NoSuchCall = 38;
    public const int MessageSize = 90;
    public const int NoProtocolOption = 92;

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int ReceiveMany(int socket, MessageHeader* messages, uint count, int flags, void* timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int SendMany(int socket, MessageHeader* messages, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint ReceiveOne(int socket, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint SendOne(int socket, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "sched_getaffinity", SetLastError = true)]
    public static partial int GetCpus(int thread, nint size, ulong* mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    public static partial int SetCpus(int thread, nint size, ulong* mask);

    [LibraryImport("libc", EntryPoint = "getpriority")]
    public static partial int GetNice(int which, int thread);

    [LibraryImport("libc", EntryPoint = "setpriority", SetLastError = true)]
    public static partial int SetNice(int which, int thread, int nice);

    [LibraryImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    public static partial int SetScheduling(int thread, int policy, int* realTimePriority);

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Buffer
    {
        public byte* Start;
        public nint Length;
    }

    /// <summary>
    /// struct mmsghdr: a struct msghdr, which the calls for one datagram take alone, and the length of its datagram.
    /// </summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        public SocketAddress* Name;
        public uint NameLength;
        public Buffer* Buffers;
        public nint BufferCount;
        public byte* Control;
        public nint ControlLength;
        public int Flags;
        private readonly int _padding; // struct msghdr ends on a multiple of 8, the length stands behind it
        public uint Length;
    }

    /// <summary>struct sockaddr_in; port and address in network order.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct SocketAddress
    {
        public const ushort InternetFamily = 2;

        public ushort Family;
        public ushort Port;
        public uint Address;
        public ulong Zero;
    }

    /// <summary>struct in_pktinfo.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PacketInfo
    {
        public int Interface;
        public uint LocalAddress; // ours: where the datagram arrived, where the reply is to leave from
        public uint HeaderAddress;
    }
}
