using Leasequery.Actors.Stores;
using Leasequery.Host.Persistence;
using Leasequery.Wire;

namespace Leasequery.Host.Tests.Persistence;

/// <summary>A store of which no shard is taken as long as the test says so.</summary>
internal sealed class UntakenStore(IJournalStore store) : IJournalStore
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string ProviderName => store.ProviderName;

    public string ConnectionString => store.ConnectionString;

    public int Writers => store.Writers;

    /// <summary>Done when somebody waits for a shard.</summary>
    public Task Asked => _asked.Task;

    /// <summary>Its shards are taken from now on.</summary>
    public void Take() => _taken.SetResult();

    public Task TakenAsync(string persistenceId, CancellationToken stop)
    {
        _asked.TrySetResult();
        return _taken.Task.WaitAsync(stop);
    }

    public Task<JournalRow?> ReadNewestAsync(string persistenceId, CancellationToken stop) =>
        store.ReadNewestAsync(persistenceId, stop);

    public Task ReadNewestAsync(IReadOnlyList<(Ipv4Address First, Ipv4Address Last)> ranges, TakeStoredEvent take,
        CancellationToken stop) => store.ReadNewestAsync(ranges, take, stop);

    public IJournalSession OpenSession() => store.OpenSession();

    public void Dispose() => store.Dispose();
}
