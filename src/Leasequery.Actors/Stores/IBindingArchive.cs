using Leasequery.Domain.Bindings;
using Leasequery.Wire;

namespace Leasequery.Actors.Stores;

/// <summary>
/// Reads many bindings at once out of the store that the address actors write one by one. Replaying a million actors takes half
/// an hour; reading their newest events takes seconds. Which store it is, only the host knows.
/// </summary>
public interface IBindingArchive
{
    /// <summary>
    /// Hands over the newest binding of every stored address in these ranges, with the sequence number of its event. The task
    /// fails when the store cannot be read; some bindings may have been handed over by then.
    /// </summary>
    /// <param name="ranges">First and last address of each.</param>
    /// <param name="take">Called on a thread of the pool, by one call of this method one at a time.</param>
    /// <param name="stop">Ends the reading.</param>
    Task ReadNewestAsync(IReadOnlyList<(Ipv4Address First, Ipv4Address Last)> ranges, Action<Binding, long> take, CancellationToken stop);
}
