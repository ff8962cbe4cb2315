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
    /// Hands over the newest binding of every stored address in a range, with the sequence number of its event. Called on a
    /// thread of the pool, several at once.
    /// </summary>
    /// <exception cref="Exception">The store cannot be read; some bindings may have been handed over.</exception>
    void ReadNewest(Ipv4Address first, Ipv4Address last, Action<Binding, long> take, CancellationToken stop);
}
