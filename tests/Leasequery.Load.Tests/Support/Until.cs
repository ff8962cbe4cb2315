using System.Diagnostics;

namespace Leasequery.Load.Tests.Support;

/// <summary>Waits for what another thread brings about.</summary>
internal static class Until
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    /// <summary>Looks again and again until it is true.</summary>
    /// <param name="isTrue">Looks.</param>
    /// <param name="what">What is waited for.</param>
    public static async Task TrueAsync(Func<bool> isTrue, string what)
    {
        for (var clock = Stopwatch.StartNew(); !isTrue(); await Task.Delay(Interval))
            Assert.True(clock.Elapsed < Patience, $"not within {Patience}: {what}");
    }
}
