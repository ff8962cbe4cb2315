using System.Collections.Concurrent;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Stores;

namespace Leasequery.Host.Persistence;

/// <summary>
/// Writes events on threads of its own, as many in one transaction as wait (group commit): a transaction waits for the disk
/// once, however many events it holds.
/// </summary>
internal sealed class JournalWriter : IDisposable
{
    private readonly IJournalStore _store;
    private readonly int _maxBatch;
    private readonly StoreHealth _health;
    private readonly LeasequeryMetrics _metrics;
    private readonly BlockingCollection<PendingWrite> _queue = [];
    private readonly Thread[] _threads;

    public JournalWriter(IJournalStore store, int maxBatch, StoreHealth health, LeasequeryMetrics metrics)
    {
        _store = store;
        _maxBatch = maxBatch;
        _health = health;
        _metrics = metrics;
        _threads = [.. Enumerable.Range(0, store.Writers).Select(_ => new Thread(Run) { IsBackground = true, Name = "journal" })];
        foreach (var thread in _threads)
            thread.Start();
    }

    /// <summary>
    /// Stores events. The result is null when they are; otherwise why the store would not take them, and then they are not told
    /// to anybody. The task fails when there are newer events already: then the writer's state is stale.
    /// </summary>
    public Task<Exception?> WriteAsync(IReadOnlyList<JournalRow> rows)
    {
        var pending = new PendingWrite(rows);
        _queue.Add(pending);
        return pending.Result.Task;
    }

    /// <summary>Writes what waits, then ends.</summary>
    public void Dispose()
    {
        _queue.CompleteAdding(); // a second time is no harm
        foreach (var thread in _threads)
            thread.Join();
    }

    private void Run()
    {
        var batch = new List<PendingWrite>(_maxBatch);
        IJournalSession? session = null;
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            batch.Clear();
            batch.Add(first);
            while (batch.Count < _maxBatch && _queue.TryTake(out var next))
                batch.Add(next);
            Write(batch, ref session);
        }

        session?.Dispose();
    }

    private void Write(List<PendingWrite> batch, ref IJournalSession? session)
    {
        try
        {
            session ??= _store.OpenSession();
            session.Commit(batch);
        }
        catch (Exception cause)
        {
            session?.Dispose(); // a broken one does not stay
            session = null;
            _health.ReportFailure(cause);
            foreach (var pending in batch)
                pending.Result.TrySetResult(cause);
            return;
        }

        _health.ReportSuccess();
        _metrics.EventsStored(batch.Where(pending => !pending.IsStale).Sum(pending => pending.Rows.Count));
        foreach (var pending in batch)
        {
            if (pending.IsStale)
                pending.Result.TrySetException(new StaleWriterException(pending.Rows[0]));
            else
                pending.Result.TrySetResult(null);
        }
    }
}

/// <summary>An address has newer events in the store than its actor knows of: the actor has to start anew from the store.</summary>
internal sealed class StaleWriterException(JournalRow row)
    : Exception($"{row.PersistenceId} has an event {row.SequenceNumber} or later already");
