using Microsoft.Data.Sqlite;

namespace Leasequery.Host.Persistence.Sqlite;

/// <summary>A connection for writing, with its statements prepared once.</summary>
internal sealed class SqliteSession : IJournalSession
{
    // The fence: an event is stored only when nothing as new is there. Whoever decided on stale state finds out here.
    private const string InsertSql = """
        INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid)
        SELECT $created, 0, $id, $number, $message, $manifest, $serializer, $writer
        WHERE NOT EXISTS (SELECT 1 FROM journal WHERE persistence_id = $id AND sequence_number >= $number)
        """;

    private const string DeleteSql = "DELETE FROM journal WHERE persistence_id = $id AND sequence_number < $number";

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _delete;
    private readonly SqliteParameter _created, _id, _number, _message, _manifest, _serializer, _writer;

    /// <summary>Takes a connection over.</summary>
    public SqliteSession(SqliteConnection connection)
    {
        _connection = connection;
        _insert = new SqliteCommand(InsertSql, connection);
        _delete = new SqliteCommand(DeleteSql, connection);
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

    /// <inheritdoc/>
    public void Commit(IReadOnlyList<PendingWrite> batch)
    {
        using var transaction = _connection.BeginTransaction();
        (_insert.Transaction, _delete.Transaction) = (transaction, transaction);
        foreach (var pending in batch)
            pending.IsStale = !pending.Rows.All(Write);
        transaction.Commit();
    }

    public void Dispose()
    {
        _insert.Dispose();
        _delete.Dispose();
        _connection.Dispose();
    }

    // False when there is a row that is as new.
    private bool Write(JournalRow row)
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
}
