using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Leasequery.Actors.Tests.Support;

/// <summary>
/// A thread whose system calls the kernel refuses as told (seccomp(2)): what an older kernel or a container's sandbox would say.
/// The filter ends with the thread, and all others stay as they are.
/// </summary>
internal static unsafe partial class Sandbox
{
    public const int SetOption = 0;
    public const int GetOption = 1;
    public const int ReceiveMany = 2;
    public const int SendMany = 3;

    private const int NoNewPrivileges = 38; // PR_SET_NO_NEW_PRIVS: without it only root may filter
    private const int Seccomp = 22; // PR_SET_SECCOMP
    private const nuint Filter = 2; // SECCOMP_MODE_FILTER

    // Berkeley packet filter, over struct seccomp_data.
    private const ushort Load = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort Return = 0x06;
    private const uint CallField = 0;
    private const uint ThirdArgumentField = 32; // its lower half: setsockopt's option
    private const uint Allow = 0x7fff0000;
    private const uint Refuse = 0x00050000; // and the error number

    // setsockopt, getsockopt, recvmmsg, sendmmsg
    private static readonly uint[] Calls = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => [54, 55, 299, 307],
        Architecture.Arm64 => [208, 209, 243, 269],
        var other => throw new PlatformNotSupportedException($"which numbers do the calls have on {other}?"),
    };

    /// <summary>Runs something where a call is refused.</summary>
    /// <param name="call">One of the calls above.</param>
    /// <param name="option">Only for this socket option; null for each use of the call.</param>
    /// <param name="error">The error number that the kernel says.</param>
    /// <param name="run">What is run.</param>
    public static T Without<T>(int call, int? option, int error, Func<T> run)
    {
        Instruction[] refusal = option is { } only
            ? [new(Load, CallField), new(JumpIfEqual, Calls[call], 0, 3), new(Load, ThirdArgumentField),
                new(JumpIfEqual, (uint)only, 0, 1), new(Return, Refuse | (uint)error), new(Return, Allow)]
            : [new(Load, CallField), new(JumpIfEqual, Calls[call], 0, 1), new(Return, Refuse | (uint)error), new(Return, Allow)];
        var result = default(T);
        var failure = default(Exception);
        var thread = new Thread(() =>
        {
            try
            {
                Install(refusal);
                result = run();
            }
            catch (Exception cause)
            {
                failure = cause;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? result! : throw new InvalidOperationException("in the sandbox", failure);
    }

    private static void Install(Instruction[] instructions)
    {
        fixed (Instruction* first = instructions)
        {
            var program = new Program { Length = (ushort)instructions.Length, First = first };
            if (Control(NoNewPrivileges, 1, null, 0, 0) < 0 || Control(Seccomp, Filter, &program, 0, 0) < 0)
                throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Control(int operation, nuint value, void* argument, nuint fourth, nuint fifth);

    /// <summary>struct sock_filter.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Instruction(ushort code, uint value, byte ifTrue = 0, byte ifFalse = 0)
    {
        public readonly ushort Code = code;
        public readonly byte IfTrue = ifTrue;
        public readonly byte IfFalse = ifFalse;
        public readonly uint Value = value;
    }

    /// <summary>struct sock_fprog.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Program
    {
        public ushort Length;
        public Instruction* First;
    }
}
