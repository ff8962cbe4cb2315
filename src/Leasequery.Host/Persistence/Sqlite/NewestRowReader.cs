using Microsoft.Data.Sqlite;

namespace Leasequery.Host.Persistence.Sqlite;

/// <summary>
/// Reads the newest row of one persistence id after the other, over a connection and a statement that are made once: making them
/// costs several times what the read does, and a burst of new addresses is a burst of reads. One thread at a time.
/// </summary>
internal sealed class NewestRowReader : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _select;
    private readonly SqliteParameter _id;

    /// <summary>Prepares the statement. The tables are there.</summary>
    public NewestRowReader(SqliteConnection connection)
    {
        _connection = connection;
        _select = connection.CreateCommand();
        _select.CommandText = "SELECT sequence_number, created, identifier, manifest, message FROM journal"
            + " WHERE persistence_id = $id AND deleted = 0 ORDER BY sequence_number DESC LIMIT 1";
        _id = _select.Parameters.Add("$id", SqliteType.Text);
    }

    /// <summary>The newest row; null when there is none. What a row lacks is nothing that an event has.</summary>
    public JournalRow? Read(string persistenceId)
    {
        _id.Value = persistenceId;
        using var row = _select.ExecuteReader();
        return row.Read()
            ? new JournalRow(persistenceId, row.GetInt64(0), row.GetInt64(1), row.IsDBNull(2) ? 0 : row.GetInt32(2),
                row.IsDBNull(3) ? "" : row.GetString(3), row.GetFieldValue<byte[]>(4))
            : null;
    }

    public void Dispose()
    {
        _select.Dispose();
        _connection.Dispose();
    }
}
