namespace Leasequery.Host.Persistence;

/// <summary>How much the journal's writer takes on, and for how long it waits for a store that hangs.</summary>
/// <param name="MaxBatch">Events in one transaction.</param>
/// <param name="MaxWaiting">Writes that wait for a transaction; more are rejected.</param>
internal sealed record JournalLimits(int MaxBatch, int MaxWaiting)
{
    /// <summary>
    /// The store counts as failed when it has taken nothing for so long that waits for it. A slow commit is none: a disk may need
    /// seconds under load.
    /// </summary>
    public TimeSpan StallAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the end waits for what is still to be written.</summary>
    public TimeSpan EndPatience { get; init; } = TimeSpan.FromSeconds(5);
}
