namespace Leasequery.Actors.Membership;

/// <summary>
/// Whether this node may speak for the cluster. It may while a majority of the members has confirmed lately that it is one of
/// them. A node that was stopped, or cut off, would otherwise go on to tell what it knew, while others own its addresses
/// already. Failure detectors do not help it: they find out some time after it wakes up, and its sockets are full by then.
/// </summary>
/// <remarks>
/// What counts is when the question was sent that was confirmed, on the clock of this node. So time that passed while the
/// process stood still has passed here too.
/// </remarks>
public sealed class Touch
{
    private readonly TimeProvider _clock;
    private readonly TimeSpan _limit;
    private readonly long _start;
    private long _confirmedAt;

    /// <summary>For a node with others around it: not in touch until it is told that it is.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="limit">How long a confirmation holds; null: for ever, for a node on its own.</param>
    public Touch(TimeProvider clock, TimeSpan? limit)
    {
        _clock = clock;
        _limit = limit ?? TimeSpan.MaxValue;
        _start = clock.GetTimestamp();
        _confirmedAt = limit is null ? _start : long.MinValue;
    }

    /// <summary>True while this node may speak. Costs a look at the clock.</summary>
    public bool Holds => Volatile.Read(ref _confirmedAt) is not long.MinValue and var at
        && (_limit == TimeSpan.MaxValue || _clock.GetElapsedTime(at) < _limit);

    /// <summary>How long ago a majority was heard of; since the start when never.</summary>
    public TimeSpan Silence =>
        _clock.GetElapsedTime(Volatile.Read(ref _confirmedAt) is not long.MinValue and var at ? at : _start);

    /// <summary>For a node on its own, which has nobody to ask.</summary>
    public static Touch Always(TimeProvider clock) => new(clock, null);

    /// <summary>A majority has confirmed questions that were sent at or after this time.</summary>
    internal void Confirm(long askedAt) => Volatile.Write(ref _confirmedAt, Math.Max(askedAt, Volatile.Read(ref _confirmedAt)));
}
