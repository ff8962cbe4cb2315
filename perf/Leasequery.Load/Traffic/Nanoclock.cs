using System.Diagnostics;

namespace Leasequery.Load.Traffic;

/// <summary>A clock that only goes on, in nanoseconds.</summary>
internal static class Nanoclock
{
    public const long PerSecond = 1_000_000_000;
    public const long PerMillisecond = 1_000_000;

    private static readonly long Factor = PerSecond / Stopwatch.Frequency; // 1 on Linux

    public static long Now => Stopwatch.GetTimestamp() * Factor;

    public static long Of(TimeSpan time) => (long)(time.TotalSeconds * PerSecond);
}
