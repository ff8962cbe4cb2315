using System.Runtime.InteropServices;

namespace Leasequery.Actors.Ingress;

/// <summary>Which CPUs a thread may run on (sched_setaffinity(2)).</summary>
internal static unsafe class CpuAffinity
{
    /// <summary>One more than the highest CPU number: what the C library's cpu_set_t holds.</summary>
    public const int MaxCpus = 1024;

    private const int Bits = 64;
    private const int Words = MaxCpus / Bits;

    /// <summary>The CPUs that the calling thread may run on, ascending; none where the kernel does not tell.</summary>
    public static IReadOnlyList<int> Allowed()
    {
        var mask = stackalloc ulong[Words];
        new Span<ulong>(mask, Words).Clear();
        if (Libc.GetCpus(0, Words * sizeof(ulong), mask) < 0)
            return [];
        var allowed = new List<int>();
        for (var cpu = 0; cpu < MaxCpus; cpu++)
            if ((mask[cpu / Bits] >> cpu % Bits & 1) != 0)
                allowed.Add(cpu);
        return allowed;
    }

    /// <summary>Keeps the calling thread on one CPU.</summary>
    /// <returns>0, or the error number: there is no such CPU any more.</returns>
    public static int Pin(int cpu)
    {
        var mask = stackalloc ulong[Words];
        new Span<ulong>(mask, Words).Clear();
        mask[cpu / Bits] = 1UL << cpu % Bits;
        return Libc.SetCpus(0, Words * sizeof(ulong), mask) < 0 ? Marshal.GetLastPInvokeError() : 0;
    }
}
