namespace Leasequery.Load.Traffic;

/// <summary>
/// When the next of an even stream is due. A stream that fell behind is caught up with: what is late is due at once, at the time
/// that was meant, and latency counts from there. Otherwise a server that stalls would be asked less while it does.
/// </summary>
/// <param name="perSecond">How many a second.</param>
/// <param name="start">The time of the first one on the <see cref="Nanoclock"/>.</param>
internal sealed class Pace(double perSecond, long start)
{
    private long _taken;

    /// <summary>The time that the next one is meant for.</summary>
    public long NextAt => start + (long)(_taken * (Nanoclock.PerSecond / perSecond));

    /// <summary>One is sent.</summary>
    public void Take() => _taken++;
}
