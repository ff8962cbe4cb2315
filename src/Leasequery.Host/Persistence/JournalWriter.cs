using System.Diagnostics;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Stores;

namespace Leasequery.Host.Persistence;

/// <summary>
/// Writes events on threads of its own, as many in one transaction as wait (group commit): a transaction waits for the disk
/// once, however many events it holds.
/// </summary>
/// <remarks>
/// A disk that hangs throws nothing: a commit then takes minutes. So what may wait is bounded here, and a store that has taken
/// nothing for a while is reported as failed, as if it had thrown. What waits already stays: it is stored when the disk is back.
/// </remarks>
internal sealed class JournalWriter : IDisposable
{
    private readonly IJournalStore _store;
    private readonly JournalLimits _limits;
    private readonly StoreHealth _health;
    private readonly LeasequeryMetrics _metrics;
    private readonly Touch _touch;
    private readonly TimeProvider _clock;
    private readonly object _gate = new(); // a Monitor: threads wait on it
    private readonly Queue<PendingWrite> _waiting = [];
    private readonly Thread[] _threads;
    private int _idle;
    private long _movedAt; // when the queue last got its first entry, or a writer last took some; means nothing while it is empty
    private bool _isEnding;

    public JournalWriter(IJournalStore store, JournalLimits limits, StoreHealth health, LeasequeryMetrics metrics, Touch touch,
        TimeProvider clock)
    {
        _store = store;
        _limits = limits;
        _health = health;
        _metrics = metrics;
        _touch = touch;
        _clock = clock;
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
        if (TryEnqueue(write, out var waited))
            return;
        var isStalled = waited >= _limits.StallAfter;
        Exception refusal = isStalled ? new StoreStalledException(waited) : new StoreBusyException();
        if (isStalled)
            _health.ReportFailure(refusal);
        write.Complete(refusal);
    }

    /// <summary>
    /// The store could not be read. An actor that cannot start stores nothing, so that alone nobody would notice that the store
    /// is away.
    /// </summary>
    public void ReportUnreadable(Exception cause) => _health.ReportFailure(cause);

    /// <summary>
    /// Writes what waits, then ends. The end waits no longer than <see cref="JournalLimits.EndPatience"/> for a store that hangs:
    /// what still waits then is rejected, and what became of the transaction under way nobody is told.
    /// </summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isEnding = true;
            Monitor.PulseAll(_gate);
        }

        var start = Stopwatch.GetTimestamp();
        foreach (var thread in _threads)
        {
            var left = _limits.EndPatience - Stopwatch.GetElapsedTime(start);
            if (!thread.Join(left > TimeSpan.Zero ? left : TimeSpan.Zero))
                RejectWaiting();
        }
    }

    // Without a place in the queue, how long it has stood still: for as long as nobody took anything out of it.
    private bool TryEnqueue(PendingWrite write, out TimeSpan waited)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isEnding, this);
            if (_waiting.Count == 0)
                _movedAt = _clock.GetTimestamp();
            waited = _clock.GetElapsedTime(_movedAt);
            if (_waiting.Count >= _limits.MaxWaiting || waited >= _limits.StallAfter)
                return false;
            _waiting.Enqueue(write);
            if (_idle > 0)
                Monitor.Pulse(_gate);
            return true;
        }
    }

    private void RejectWaiting()
    {
        PendingWrite[] waiting;
        lock (_gate)
        {
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        foreach (var write in waiting)
            write.Complete(new StoreStalledException(_limits.EndPatience));
    }

    private void Run()
    {
        var batch = new List<PendingWrite>(_limits.MaxBatch);
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

            while (batch.Count < _limits.MaxBatch && _waiting.TryDequeue(out var next))
                batch.Add(next);
            _movedAt = _clock.GetTimestamp();
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
            var isUnderWay = session is not null;
            session?.Dispose(); // a broken one does not stay
            session = null;
            _health.ReportFailure(cause);
            foreach (var pending in batch)
            {
                (pending.IsStale, pending.IsSuperseded) = (false, false); // what was found out about it was rolled back
                pending.IsInDoubt = isUnderWay;
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

/// <summary>The store has taken nothing for a while: a disk that hangs throws nothing.</summary>
internal sealed class StoreStalledException(TimeSpan waited)
    : Exception($"the store hangs: it has taken nothing for {waited.TotalSeconds:0} s");

/// <summary>As many events wait for the store as may.</summary>
internal sealed class StoreBusyException() : Exception("as many events wait for the store as leasequery.gleaning.max-in-flight");

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
