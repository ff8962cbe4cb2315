using Leasequery.Actors.Membership;
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
    private readonly Touch _touch;
    private readonly object _gate = new(); // a Monitor: threads wait on it
    private readonly Queue<PendingWrite> _waiting = [];
    private readonly Thread[] _threads;
    private int _idle;
    private bool _isEnding;

    public JournalWriter(IJournalStore store, int maxBatch, StoreHealth health, LeasequeryMetrics metrics, Touch touch)
    {
        _store = store;
        _maxBatch = maxBatch;
        _health = health;
        _metrics = metrics;
        _touch = touch;
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
        var write = new AwaitedWrite(rows);
        Write(write);
        return write.Result;
    }

    /// <summary>Stores events, and completes the write when it is known what became of them.</summary>
    public void Write(PendingWrite write)
    {
        // Now and not when it is committed: a write that waits while its shard goes and comes back is one of the earlier stay.
        if (_store.TenureOf(write.Rows[0].PersistenceId) is not { } tenure)
        {
            write.Complete(new ShardNotTakenException());
            return;
        }

        write.Tenure = tenure;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isEnding, this);
            _waiting.Enqueue(write);
            if (_idle > 0)
                Monitor.Pulse(_gate);
        }
    }

    /// <summary>
    /// The store could not be read. An actor that cannot start stores nothing, so that alone nobody would notice that the store
    /// is away.
    /// </summary>
    public void ReportUnreadable(Exception cause) => _health.ReportFailure(cause);

    /// <summary>Writes what waits, then ends.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isEnding = true;
            Monitor.PulseAll(_gate);
        }

        foreach (var thread in _threads)
            thread.Join();
    }

    private void Run()
    {
        var batch = new List<PendingWrite>(_maxBatch);
        IJournalSession? session = null;
        while (TakeBatch(batch))
            Write(batch, ref session);
        session?.Dispose();
    }

    // All that waits, up to the bound; false at the end. Waits for the first one.
    private bool TakeBatch(List<PendingWrite> batch)
    {
        batch.Clear();
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_isEnding)
            {
                _idle++;
                Monitor.Wait(_gate);
                _idle--;
            }

            while (batch.Count < _maxBatch && _waiting.TryDequeue(out var next))
                batch.Add(next);
        }

        return batch.Count > 0;
    }

    private void Write(List<PendingWrite> batch, ref IJournalSession? session)
    {
        // A process that stood still wakes up in the middle of what it did, and others may have loaded its addresses meanwhile:
        // what it stores now they would not hear of.
        if (!_touch.Holds)
        {
            foreach (var pending in batch)
                pending.Complete(new OutOfTouchException());
            return;
        }

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
            {
                (pending.IsStale, pending.IsSuperseded) = (false, false); // what was found out about it was rolled back
                pending.Complete(cause);
            }

            return;
        }

        _health.ReportSuccess();
        Count(batch);
        foreach (var pending in batch)
        {
            if (pending.IsSuperseded)
            {
                _store.Release(pending.Tenure); // first, so that whoever starts from the store now waits for the next stay
                pending.Tenure.Lose();
            }

            pending.Complete(null);
        }
    }

    private void Count(List<PendingWrite> batch)
    {
        var (stored, stale, superseded) = (0, 0, 0);
        foreach (var pending in batch)
            if (pending.IsSuperseded)
                superseded += pending.Rows.Count;
            else if (pending.IsStale)
                stale += pending.Rows.Count;
            else
                stored += pending.Rows.Count;
        _metrics.EventsStored(stored);
        _metrics.EventsRefused(stale, superseded);
    }
}

/// <summary>This node has heard of no majority of its cluster: it stores nothing.</summary>
internal sealed class OutOfTouchException()
    : Exception("no majority of the cluster was heard of: others may own its addresses by now");

/// <summary>The shard is on its way: this node has not taken it yet, or not any more.</summary>
internal sealed class ShardNotTakenException() : Exception("the shard of the address is not taken");

/// <summary>The shard of an address has been taken since its actor started: what it knows may be of yesterday.</summary>
internal sealed class SupersededWriterException(JournalRow row)
    : Exception($"the shard of {row.PersistenceId} was taken by another node, or anew");

/// <summary>
/// An address has newer events in the store than its actor knows of: the actor has to start anew from the store.
/// </summary>
internal sealed class StaleWriterException(JournalRow row)
    : Exception($"{row.PersistenceId} has an event {row.SequenceNumber} or later already");
