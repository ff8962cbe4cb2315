using Leasequery.Actors.Stores;
using Leasequery.Host.Persistence;
using Leasequery.Wire;

namespace Leasequery.Host.Tests.Persistence;

/// <summary>A store that commits, loses the answer, and cannot be read, as long as the test says so.</summary>
internal sealed class ForgetfulStore(IJournalStore store) : IJournalStore
{
    /// <summary>True while answers are lost.</summary>
    public bool Forgets { get; set; }

    public string ProviderName => store.ProviderName;

    public string ConnectionString => store.ConnectionString;

    public int Writers => store.Writers;

    public Task<JournalRow?> ReadNewestAsync(string persistenceId, CancellationToken stop) =>
        Forgets ? throw new IOException("the database is away") : store.ReadNewestAsync(persistenceId, stop);

    public Task ReadNewestAsync(IReadOnlyList<(Ipv4Address First, Ipv4Address Last)> ranges, TakeStoredEvent take,
        CancellationToken stop) => store.ReadNewestAsync(ranges, take, stop);

    public IJournalSession OpenSession() => new Session(this, store.OpenSession());

    public void Dispose() => store.Dispose();

    private sealed class Session(ForgetfulStore owner, IJournalSession session) : IJournalSession
    {
        public void Commit(IReadOnlyList<PendingWrite> batch)
        {
            session.Commit(batch);
            if (owner.Forgets)
                throw new IOException("the answer is lost");
        }

        public void Dispose() => session.Dispose();
    }
}
