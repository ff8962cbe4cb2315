using System.Runtime.InteropServices;

namespace Leasequery.Actors.Ingress;

/// <summary>
/// How messages pass between us and the kernel: many in one system call, or one. Both return how many passed, or minus the error
/// number when not even the first did; an error behind the first shows with the next call.
/// </summary>
internal abstract unsafe class DatagramCalls
{
    /// <summary>recvmmsg(2) and sendmmsg(2).</summary>
    public static readonly DatagramCalls Batched = new ManyInOneCall();

    /// <summary>
    /// recvmsg(2) and sendmsg(2), for kernels and sandboxes without the others. .NET's own sockets would not do: they allocate to
    /// tell which address of ours was asked, and cannot choose the one that a reply leaves from (N39).
    /// </summary>
    public static readonly DatagramCalls Single = new OneInOneCall();

    /// <summary>True when a call may pass more than one message.</summary>
    public abstract bool IsBatched { get; }

    /// <summary>The calls that pass the most messages and are there.</summary>
    /// <param name="socket">Any UDP socket; nothing is taken off it.</param>
    public static DatagramCalls Best(int socket) =>
        IsThere(Libc.ReceiveMany(socket, null, 0, Libc.DontWait, null)) && IsThere(Libc.SendMany(socket, null, 0, 0))
            ? Batched
            : Single;

    /// <summary>Waits for a message as long as the socket's time-out says, then takes what is there.</summary>
    public abstract int Receive(int socket, Libc.MessageHeader* messages, int count);

    /// <summary>Sends messages in their order.</summary>
    public abstract int Send(int socket, Libc.MessageHeader* messages, int count);

    // A sandbox that forbids a call says "not permitted" instead.
    private static bool IsThere(int result) =>
        result >= 0 || Marshal.GetLastPInvokeError() is not (Libc.NoSuchCall or Libc.NotPermitted);

    private sealed class ManyInOneCall : DatagramCalls
    {
        public override bool IsBatched => true;

        public override int Receive(int socket, Libc.MessageHeader* messages, int count) =>
            Libc.ReceiveMany(socket, messages, (uint)count, Libc.WaitForOne, null) is var taken and >= 0
                ? taken
                : -Marshal.GetLastPInvokeError();

        public override int Send(int socket, Libc.MessageHeader* messages, int count) =>
            Libc.SendMany(socket, messages, (uint)count, 0) is var sent and >= 0 ? sent : -Marshal.GetLastPInvokeError();
    }

    private sealed class OneInOneCall : DatagramCalls
    {
        public override bool IsBatched => false;

        public override int Receive(int socket, Libc.MessageHeader* messages, int count)
        {
            var length = Libc.ReceiveOne(socket, messages, 0);
            if (length < 0)
                return -Marshal.GetLastPInvokeError();
            messages->Length = (uint)length;
            return 1;
        }

        public override int Send(int socket, Libc.MessageHeader* messages, int count) =>
            Libc.SendOne(socket, messages, 0) >= 0 ? 1 : -Marshal.GetLastPInvokeError();
    }
}
