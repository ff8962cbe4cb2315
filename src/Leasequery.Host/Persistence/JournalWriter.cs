using System.Collections.Concurrent;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Stores;
using Microsoft.Data.Sqlite;

namespace Leasequery.Host.Persistence;

/// <summary>
/// Writes events on a thread of its own, as many in one transaction as wait (group commit): a transaction waits for the disk
/// once, however many events it holds. Each event replaces its predecessors, so that an address has one row for ever.
/// </summary>
internal sealed class JournalWriter : IDisposable
{
    // The fence: an event is stored only when nothing as new is there. Whoever decided on stale state finds out here.
    private const string InsertSql = """
        INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid)
        SELECT $created, 0, $id, $number, $message, $manifest, $serializer, $writer
        WHERE NOT EXISTS (SELECT 1 FROM journal WHERE persistence_id = $id AND sequence_number >= $number)
        """;

    private const string DeleteSql = "DELETE FROM journal WHERE persistence_id = $id AND sequence_number < $number";

    private readonly SqliteStore _store;
    private readonly int _maxBatch;
    private readonly StoreHealth _health;
    private readonly LeasequeryMetrics _metrics;
    private readonly BlockingCollection<Pending> _queue = [];
    private readonly Thread _thread;

    public JournalWriter(SqliteStore store, int maxBatch, StoreHealth health, LeasequeryMetrics metrics)
    {
        _store = store;
        _maxBatch = maxBatch;
        _health = health;
        _metrics = metrics;
        _thread = new Thread(Run) { IsBackground = true, Name = "journal" };
        _thread.Start();
    }

    /// <summary>
    /// Stores events. The result is null when they are; otherwise why the store would not take them, and then they are not told
    /// to anybody. The task fails when there are newer events already: then the writer's state is stale.
    /// </summary>
    public Task<Exception?> WriteAsync(IReadOnlyList<JournalRow> rows)
    {
        var pending = new Pending(rows);
        _queue.Add(pending);
        return pending.Result.Task;
    }

    /// <summary>Writes what waits, then ends.</summary>
    public void Dispose()
    {
        _queue.CompleteAdding(); // a second time is no harm
        _thread.Join();
    }

    private void Run()
    {
        var batch = new List<Pending>(_maxBatch);
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            batch.Clear();
            batch.Add(first);
            while (batch.Count < _maxBatch && _queue.TryTake(out var next))
                batch.Add(next);
            Write(batch);
        }
    }

    private void Write(List<Pending> batch)
    {
        try
        {
            Commit(batch);
        }
        catch (Exception cause)
        {
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

    // The connection and its prepared statements come from the pool, so a broken one does not stay.
    private void Commit(List<Pending> batch)
    {
        using var connection = _store.Connect();
        using var transaction = connection.BeginTransaction();
        using var statements = new Statements(connection, transaction);
        foreach (var pending in batch)
            pending.IsStale = !pending.Rows.All(statements.Write);
        transaction.Commit();
    }

    private sealed class Pending(IReadOnlyList<JournalRow> rows)
    {
        public IReadOnlyList<JournalRow> Rows { get; } = rows;

        public TaskCompletionSource<Exception?> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsStale { get; set; }
    }

    private sealed class Statements : IDisposable
    {
        private readonly SqliteCommand _insert;
        private readonly SqliteCommand _delete;
        private readonly SqliteParameter _created, _id, _number, _message, _manifest, _serializer, _writer;

        public Statements(SqliteConnection connection, SqliteTransaction transaction)
        {
            _insert = new SqliteCommand(InsertSql, connection, transaction);
            _delete = new SqliteCommand(DeleteSql, connection, transaction);
            _created = _insert.Parameters.Add("$created", SqliteType.Integer);
            _id = _insert.Parameters.Add("$id", SqliteType.Text);
            _number = _insert.Parameters.Add("$number", SqliteType.Integer);
            _message = _insert.Parameters.Add("$message", SqliteType.Blob);
            _manifest = _insert.Parameters.Add("$manifest", SqliteType.Text);
            _serializer = _insert.Parameters.Add("$serializer", SqliteType.Integer);
            _writer = _insert.Parameters.Add("$writer", SqliteType.Text);
            _delete.Parameters.Add(_id);
            _delete.Parameters.Add(_number);
        }

        /// <summary>False when there is a row that is as new.</summary>
        public bool Write(JournalRow row)
        {
            _created.Value = row.Created;
            _id.Value = row.PersistenceId;
            _number.Value = row.SequenceNumber;
            _message.Value = row.Message;
            _manifest.Value = row.Manifest;
            _serializer.Value = row.Serializer;
            _writer.Value = row.Writer;
            if (_insert.ExecuteNonQuery() == 0)
                return false;
            _delete.ExecuteNonQuery();
            return true;
        }

        public void Dispose()
        {
            _insert.Dispose();
            _delete.Dispose();
        }
    }
}

/// <summary>An address has newer events in the store than its actor knows of: the actor has to start anew from the store.</summary>
internal sealed class StaleWriterException(JournalRow row)
    : Exception($"{row.PersistenceId} has an event {row.SequenceNumber} or later already");
