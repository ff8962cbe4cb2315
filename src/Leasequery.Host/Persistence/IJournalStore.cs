using Leasequery.Actors.Stores;

namespace Leasequery.Host.Persistence;

/// <summary>
/// A database that holds Akka.Persistence.Sql's journal table, and makes it: what the journal, its writer and the shards need of
/// it. One kind is embedded, one is shared by the nodes of a cluster.
/// </summary>
internal interface IJournalStore : IBindingArchive, IDisposable
{
    /// <summary>What linq2db calls this kind of database.</summary>
    string ProviderName { get; }

    /// <summary>How to reach it.</summary>
    string ConnectionString { get; }

    /// <summary>How many transactions at once it is best written by.</summary>
    int Writers { get; }

    /// <summary>
    /// Looks whether the store is there, and can be used with these settings. Fails with the reason when it is away.
    /// </summary>
    /// <exception cref="Leasequery.Actors.Settings.SettingsException">It cannot be used with them.</exception>
    Task CheckAsync(CancellationToken stop) => Task.CompletedTask;

    /// <summary>
    /// The stay of the shard of a persistence id, which its writes carry; null when this node has not taken it.
    /// </summary>
    ShardTenure? TenureOf(string persistenceId) => ShardTenure.Endless;

    /// <summary>
    /// Done when this node has taken the shard of a persistence id. Who starts from the store waits for that: what is read before
    /// may be behind what an earlier owner still stores.
    /// </summary>
    /// <exception cref="TimeoutException">Nobody takes it.</exception>
    Task TakenAsync(string persistenceId, CancellationToken stop) => Task.CompletedTask;

    /// <summary>The newest row of a persistence id; null when there is none.</summary>
    Task<JournalRow?> ReadNewestAsync(string persistenceId, CancellationToken stop);

    /// <summary>
    /// A connection to write by. Used by one thread; after a failure it is disposed of and another one is opened.
    /// </summary>
    IJournalSession OpenSession();
}

/// <summary>A connection to a store, for writing.</summary>
internal interface IJournalSession : IDisposable
{
    /// <summary>
    /// Stores all of these in one transaction; each row replaces its predecessors, so that an address has one row for ever. What
    /// has a row as new in the store already is marked as stale and left out; what belongs to a shard that another one has taken
    /// since is marked as superseded and left out. Throws when nothing was stored.
    /// </summary>
    void Commit(IReadOnlyList<PendingWrite> batch);
}
