namespace Leasequery.Domain.Upstream;

/// <summary>
/// How long to wait for a server before asking again (N45). Randomness is an argument: it keeps askers that started together,
/// as after a power cut, from staying together.
/// </summary>
public static class RetrySchedule
{
    /// <summary>How often a query is sent before it is given up (RFC 2131 section 4.1: 64 seconds is the longest wait).</summary>
    public const int Tries = 5;

    private static readonly double[] Waits = [4, 8, 16, 32, 64];

    // N46 wants 10 to 60 seconds between packets, so the backoff starts and ends a second (the spread) inside of that.
    private static readonly double[] PollWaits = [11, 16, 32, 59];

    /// <summary>The wait at a server that supports leasequery: 4, 8, 16, 32, 64 s, each ±1 s (RFC 2131 section 4.1).</summary>
    /// <param name="tries">1 after the first send; more than <see cref="Tries"/> waits as long as the last.</param>
    /// <param name="random">0 to 1.</param>
    public static TimeSpan Wait(int tries, double random) => Pick(Waits, tries, random);

    /// <summary>
    /// The wait at a server that is not known to support leasequery: 11, 16, 32, 59, 59, ... s, each ±1 s. Never under 10 s and
    /// never over 60 s (N46; RFC 4388 section 6.6 allows 70).
    /// </summary>
    /// <param name="tries">1 after the first poll.</param>
    /// <param name="random">0 to 1.</param>
    public static TimeSpan PollWait(int tries, double random) => Pick(PollWaits, tries, random);

    private static TimeSpan Pick(double[] waits, int tries, double random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tries, 1);
        return TimeSpan.FromSeconds(waits[Math.Min(tries, waits.Length) - 1] + 2 * Math.Clamp(random, 0, 1) - 1);
    }
}
