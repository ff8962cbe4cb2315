namespace Leasequery.Actors;

/// <summary>Time as the wire counts it.</summary>
internal static class Clock
{
    /// <summary>Seconds since 1970, unsigned: good until 2106.</summary>
    public static uint NowInUnixSeconds(this TimeProvider clock) => (uint)clock.GetUtcNow().ToUnixTimeSeconds();
}
