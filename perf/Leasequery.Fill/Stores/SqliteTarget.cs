using Akka.Configuration;
using Microsoft.Data.Sqlite;

namespace Leasequery.Fill.Stores;

/// <summary>The embedded database of a data directory.</summary>
/// <param name="directory">As leasequery.store.directory has it.</param>
internal sealed class SqliteTarget(string directory) : IFillTarget
{
    private const string FileName = "leasequery.db"; // in the data directory
    private const int Batch = 50_000; // rows in a transaction; more gain nothing

    private readonly string _connectionString =
        new SqliteConnectionStringBuilder { DataSource = Path.Combine(directory, FileName) }.ToString();

    /// <inheritdoc/>
    public string Place => directory;

    /// <inheritdoc/>
    public Config Settings => ConfigurationFactory.FromObject(new { leasequery = new { store = new { directory } } });

    /// <inheritdoc/>
    public bool HasEvents()
    {
        using var connection = Connect();
        using var command = new SqliteCommand("SELECT EXISTS (SELECT 1 FROM journal)", connection);
        return (long)command.ExecuteScalar()! != 0;
    }

    /// <inheritdoc/>
    public void Write(IEnumerable<FirstEvent> events, int serializer, CancellationToken cancellation)
    {
        using var connection = Connect();
        Execute(connection, "PRAGMA synchronous = OFF"); // what a power cut would take is made again
        foreach (var batch in events.Chunk(Batch))
        {
            cancellation.ThrowIfCancellationRequested();
            WriteBatch(connection, batch, serializer);
        }

        Execute(connection, "PRAGMA synchronous = FULL");
        Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)"); // the first start after this reads the file, not the log
    }

    private static void WriteBatch(SqliteConnection connection, FirstEvent[] batch, int serializer)
    {
        using var transaction = connection.BeginTransaction();
        using var insert = new SqliteCommand("""
            INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier)
            VALUES ($created, 0, $id, 1, $message, $manifest, $serializer)
            """, connection, transaction);
        insert.Parameters.AddWithValue("$created", DateTime.UtcNow.Ticks);
        insert.Parameters.AddWithValue("$serializer", serializer);
        var id = insert.Parameters.Add("$id", SqliteType.Text);
        var message = insert.Parameters.Add("$message", SqliteType.Blob);
        var manifest = insert.Parameters.Add("$manifest", SqliteType.Text);
        foreach (var first in batch)
        {
            id.Value = first.PersistenceId;
            message.Value = first.Message;
            manifest.Value = first.Manifest;
            insert.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = new SqliteCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
