using Leasequery.Load.Commands;

namespace Leasequery.Load.Sockets;

/// <summary>Keeps threads on processors.</summary>
internal static unsafe class Processor
{
    private const int Most = 1024; // what the C library's cpu_set_t holds

    /// <summary>The highest number that can be named.</summary>
    public const int Last = Most - 1;

    /// <summary>Keeps the calling thread on one processor.</summary>
    /// <exception cref="LoadFailedException">There is no such processor, or it is not ours to use.</exception>
    public static void Keep(int number)
    {
        const int bits = 64;
        var mask = stackalloc ulong[Most / bits];
        for (var i = 0; i < Most / bits; i++)
            mask[i] = i == number / bits ? 1UL << number % bits : 0;
        if (Libc.SetAffinity(0, Most / 8, mask) != 0)
            throw new LoadFailedException(ExitCodes.Unavailable, $"--cpu {number}: this process may not run there");
    }
}
