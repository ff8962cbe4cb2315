using System.Runtime.InteropServices;

namespace Leasequery.Actors.Ingress;

/// <summary>
/// How much a thread has to wait for others (nice(2)). .NET's own thread priorities do nothing on Linux.
/// </summary>
internal static unsafe class ThreadNice
{
    /// <summary>The value that makes a thread wait the least.</summary>
    public const int Least = -20;

    /// <summary>The calling thread's.</summary>
    public static int Current => Libc.GetNice(Libc.PriorityOfThread, 0);

    /// <summary>
    /// Sets the calling thread's. A thread that it starts does not inherit it: it may well be the one that finds the thread pool
    /// too small, and what runs there is what it is not to wait for.
    /// </summary>
    /// <returns>0, or the error number: this user may not go so low.</returns>
    public static int Set(int nice)
    {
        var none = 0;
        return Libc.SetScheduling(0, Libc.OrdinaryScheduling | Libc.ResetOnFork, &none) < 0
            || Libc.SetNice(Libc.PriorityOfThread, 0, nice) < 0
                ? Marshal.GetLastPInvokeError()
                : 0;
    }
}
