using Leasequery.Host.Persistence;

namespace Leasequery.Host.Tests.Persistence;

/// <summary>A store of which no shard is taken as long as the test says so.</summary>
internal sealed class UntakenStore(IJournalStore store) : StoreAround(store)
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when somebody waits for a shard.</summary>
    public Task Asked => _asked.Task;

    /// <summary>Its shards are taken from now on.</summary>
    public void Take() => _taken.SetResult();

    public override Task TakenAsync(string persistenceId, CancellationToken stop)
    {
        _asked.TrySetResult();
        return _taken.Task.WaitAsync(stop);
    }
}
