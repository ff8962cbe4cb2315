namespace Leasequery.Actors.Tests.Support;

/// <summary>A clock that only a test moves. Starts at <see cref="Some.Now"/>.</summary>
internal sealed class VirtualClock : TimeProvider
{
    private long _elapsed;
    private long _set;

    /// <summary>Since the test began.</summary>
    public TimeSpan Elapsed => new(GetTimestamp());

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _elapsed);

    public override DateTimeOffset GetUtcNow() =>
        DateTimeOffset.FromUnixTimeSeconds(Some.Now).AddTicks(GetTimestamp() + Interlocked.Read(ref _set));

    /// <summary>Somebody sets the machine's clock, forward or back; no time passes.</summary>
    public void Set(TimeSpan by) => Interlocked.Add(ref _set, by.Ticks);

    public void Advance(TimeSpan time) => Interlocked.Add(ref _elapsed, time.Ticks);
}
