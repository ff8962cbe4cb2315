using Leasequery.Wire;

namespace Leasequery.Actors.Stores;

/// <summary>Takes the newest event of an address as it is stored. The bytes are valid during the call.</summary>
/// <param name="manifest">What kind of event it is.</param>
/// <param name="message">The event, as it was serialized.</param>
/// <param name="sequenceNumber">Its number.</param>
public delegate void TakeStoredEvent(string manifest, ReadOnlySpan<byte> message, long sequenceNumber);

/// <summary>
/// Reads many bindings at once out of the store that the address actors write one by one. Replaying a million actors takes half
/// an hour; reading their newest events takes seconds. Which store it is, only the host knows.
/// </summary>
public interface IBindingArchive
{
    /// <summary>
    /// Begins a stay of a shard with this node. When it is done, all that an earlier stay has stored can be read, and no more of
    /// it will be stored, however late it comes: so what is read after it is the last word. A store that one process owns, which
    /// its lock file sees to, has no earlier stays to keep out.
    /// </summary>
    /// <param name="shard">The shard.</param>
    /// <param name="stop">Ends the wait.</param>
    Task<ShardTenure> TakeAsync(int shard, CancellationToken stop) => Task.FromResult(ShardTenure.Endless);

    /// <summary>The stay is over: nothing more is stored by it.</summary>
    void Release(ShardTenure tenure)
    {
    }

    /// <summary>
    /// Hands over the newest event of every stored address in these ranges. The task fails when the store cannot be read;
    /// some events may have been handed over by then.
    /// </summary>
    /// <param name="ranges">First and last address of each.</param>
    /// <param name="take">Called on a thread of the pool, by one call of this method one at a time.</param>
    /// <param name="stop">Ends the reading.</param>
    Task ReadNewestAsync(IReadOnlyList<(Ipv4Address First, Ipv4Address Last)> ranges, TakeStoredEvent take,
        CancellationToken stop);
}
