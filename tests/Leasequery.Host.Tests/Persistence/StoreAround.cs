using Leasequery.Actors.Stores;
using Leasequery.Host.Persistence;
using Leasequery.Wire;

namespace Leasequery.Host.Tests.Persistence;

/// <summary>A real store, of which a test changes what it needs otherwise.</summary>
internal abstract class StoreAround(IJournalStore store) : IJournalStore
{
    public string ProviderName => store.ProviderName;

    public string ConnectionString => store.ConnectionString;

    public int Writers => store.Writers;

    public virtual Task TakenAsync(string persistenceId, CancellationToken stop) => store.TakenAsync(persistenceId, stop);

    public virtual Task<JournalRow?> ReadNewestAsync(string persistenceId, CancellationToken stop) =>
        store.ReadNewestAsync(persistenceId, stop);

    public Task ReadNewestAsync(IReadOnlyList<(Ipv4Address First, Ipv4Address Last)> ranges, TakeStoredEvent take,
        CancellationToken stop) => store.ReadNewestAsync(ranges, take, stop);

    public virtual IJournalSession OpenSession() => store.OpenSession();

    public void Dispose() => store.Dispose();
}
