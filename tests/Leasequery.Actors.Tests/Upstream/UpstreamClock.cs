namespace Leasequery.Actors.Tests.Upstream;

/// <summary>A clock that only a test moves.</summary>
internal sealed class UpstreamClock : TimeProvider
{
    /// <summary>When the tests begin, in Unix seconds.</summary>
    public const uint Start = 1_700_000_000;

    private long _elapsed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public TimeSpan Elapsed => new(GetTimestamp());

    public override long GetTimestamp() => Interlocked.Read(ref _elapsed);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(Start).AddTicks(GetTimestamp());

    public void Advance(TimeSpan time) => Interlocked.Add(ref _elapsed, time.Ticks);
}
