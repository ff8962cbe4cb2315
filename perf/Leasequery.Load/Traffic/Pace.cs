namespace Leasequery.Load.Traffic;

/// <summary>When the next of a stream is due.</summary>
internal interface IPace
{
    /// <summary>The time on the <see cref="Nanoclock"/> that the next one is meant for.</summary>
    long NextAt { get; }

    /// <summary>One is sent.</summary>
    void Take();

    /// <summary>A query is sent.</summary>
    void OnQuery();
}

/// <summary>
/// An even stream. What fell behind is caught up with: what is late is due at once, at the time that was meant, and latency
/// counts from there. Otherwise a server that stalls would be asked less while it does (coordinated omission).
/// </summary>
/// <param name="perSecond">How many a second.</param>
/// <param name="start">The time of the first one on the <see cref="Nanoclock"/>.</param>
internal sealed class Pace(double perSecond, long start) : IPace
{
    private long _taken;

    /// <inheritdoc/>
    public long NextAt => start + (long)(_taken * (Nanoclock.PerSecond / perSecond));

    /// <inheritdoc/>
    public void Take() => _taken++;

    /// <inheritdoc/>
    public void OnQuery()
    {
        // it goes by the clock alone
    }
}

/// <summary>A stream that keeps a ratio to the queries, however fast those go.</summary>
/// <param name="perQuery">How many for each query.</param>
internal sealed class Ratio(double perQuery) : IPace
{
    private double _due;

    /// <inheritdoc/>
    public long NextAt => _due >= 1 ? 0 : long.MaxValue;

    /// <inheritdoc/>
    public void Take() => _due--;

    /// <inheritdoc/>
    public void OnQuery() => _due += perQuery;
}
