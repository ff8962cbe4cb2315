using Leasequery.Host.Persistence;

namespace Leasequery.Host.Tests.Persistence;

/// <summary>A store that commits, loses the answer, and cannot be read, as long as the test says so.</summary>
internal sealed class ForgetfulStore(IJournalStore store) : StoreAround(store)
{
    /// <summary>True while answers are lost.</summary>
    public bool Forgets { get; set; }

    public override Task<JournalRow?> ReadNewestAsync(string persistenceId, CancellationToken stop) =>
        Forgets ? throw new IOException("the database is away") : base.ReadNewestAsync(persistenceId, stop);

    public override IJournalSession OpenSession() => new Session(this, base.OpenSession());

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
