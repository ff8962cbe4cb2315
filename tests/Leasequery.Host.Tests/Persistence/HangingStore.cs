using Leasequery.Actors.Stores;
using Leasequery.Host.Persistence;
using Leasequery.Wire;

namespace Leasequery.Host.Tests.Persistence;

/// <summary>A store whose commits hang, as those to a disk that does not answer: no error, no end, until it is back.</summary>
internal sealed class HangingStore : IJournalStore, IJournalSession
{
    private readonly ManualResetEventSlim _isBack = new();

    /// <summary>Set once a commit hangs.</summary>
    public ManualResetEventSlim Hangs { get; } = new();

    public string ProviderName => "none";

    public string ConnectionString => "";

    public int Writers => 1;

    public void ComeBack() => _isBack.Set();

    public IJournalSession OpenSession() => this;

    public void Commit(IReadOnlyList<PendingWrite> batch)
    {
        Hangs.Set();
        _isBack.Wait();
    }

    public Task<JournalRow?> ReadNewestAsync(string persistenceId, CancellationToken stop) => Task.FromResult<JournalRow?>(null);

    public Task ReadNewestAsync(IReadOnlyList<(Ipv4Address First, Ipv4Address Last)> ranges, TakeStoredEvent take,
        CancellationToken stop) => Task.CompletedTask;

    public void Dispose()
    {
        // a session and a store in one, which live as long as the test
    }
}
