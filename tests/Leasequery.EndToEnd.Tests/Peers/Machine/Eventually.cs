using System.Diagnostics;

namespace Leasequery.EndToEnd.Tests.Peers.Machine;

/// <summary>Waits for what another program will do. The only place that sleeps; each timeout names what it waited for.</summary>
public static class Eventually
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Returns as soon as <paramref name="condition"/> holds.</summary>
    public static Task HoldsAsync(Func<bool> condition, TimeSpan timeout, string what, Func<string>? seen = null) =>
        GivesAsync(() => condition() ? "held" : null, timeout, what, seen);

    /// <summary>Returns after <paramref name="duration"/>; fails as soon as <paramref name="condition"/> holds no more.</summary>
    public static async Task StaysAsync(Func<bool> condition, TimeSpan duration, string what, Func<string>? seen = null)
    {
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < duration; await Task.Delay(Pause))
            if (!condition())
                throw new TimeoutException(
                    $"Not {duration.TotalSeconds:0.#} s, but {Stopwatch.GetElapsedTime(started).TotalSeconds:0.#} s: {what}."
                    + $"{Environment.NewLine}{seen?.Invoke()}");
    }

    /// <summary>
    /// Returns the first value that is not null. <paramref name="seen"/> tells, on a timeout, what was there instead.
    /// </summary>
    public static Task<T> GivesAsync<T>(Func<T?> attempt, TimeSpan timeout, string what, Func<string>? seen = null)
        where T : class => GivesAsync(() => Task.FromResult(attempt()), timeout, what, seen);

    /// <summary>The same, for an attempt that has to ask somebody.</summary>
    public static async Task<T> GivesAsync<T>(Func<Task<T?>> attempt, TimeSpan timeout, string what, Func<string>? seen = null)
        where T : class
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (await attempt() is { } value)
                return value;
            if (Stopwatch.GetElapsedTime(started) >= timeout)
                throw new TimeoutException($"Waited {timeout.TotalSeconds:0.#} s for {what}."
                    + $"{Environment.NewLine}{seen?.Invoke()}");
            await Task.Delay(Pause);
        }
    }
}
