using System.Runtime.InteropServices;

namespace Leasequery.Actors.Ingress;

/// <summary>
/// The Linux calls that take and send many datagrams at once (recvmmsg(2), sendmmsg(2)) and tell which local address a datagram
/// was sent to (ip(7), IP_PKTINFO). .NET's sockets have neither, and cost a third more for each datagram.
/// </summary>
internal static unsafe partial class Libc
{
    public const int SolSocket = 1;
    public const int SoReusePort = 15;
    public const int IpProtocol = 0;
    public const int IpPacketInfo = 8;

    public const int WaitForOne = 0x10000; // block for the first datagram, take what else is there
    public const int Truncated = 0x20;

    public const int Interrupted = 4;
    public const int Again = 11;

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int ReceiveMany(int socket, MessageHeader* messages, uint count, int flags, void* timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int SendMany(int socket, MessageHeader* messages, uint count, int flags);

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Buffer
    {
        public byte* Start;
        public nint Length;
    }

    /// <summary>struct mmsghdr: a struct msghdr and the length of its datagram.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        public SocketAddress* Name;
        public uint NameLength;
        public Buffer* Buffers;
        public nint BufferCount;
        public PacketInfoControl* Control;
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

    /// <summary>struct cmsghdr with a struct in_pktinfo, padded as CMSG_SPACE does.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PacketInfoControl
    {
        public const int HeaderAndData = 28; // CMSG_LEN(12)

        public nint Length;
        public int Level;
        public int Type;
        public int Interface;
        public uint LocalAddress; // ours: where the datagram arrived, where the reply is to leave from
        public uint HeaderAddress;
        public uint Padding;
    }
}
