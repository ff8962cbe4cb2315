using Leasequery.Actors.Settings;
using Leasequery.Host.Persistence;
using Leasequery.Host.Persistence.Sqlite;
using Microsoft.Data.Sqlite;

namespace Leasequery.Host.Tests.Persistence.Sqlite;

public sealed class SqliteSchemaTests : IDisposable
{
    // As Akka.Persistence.Sql made it for earlier versions of the service.
    private const string OldTable = """
        CREATE TABLE [journal] (
          [ordering] INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, [created] INTEGER NOT NULL, [deleted] Bit NOT NULL,
          [persistence_id] NVarChar(255) NOT NULL, [sequence_number] INTEGER NOT NULL, [message] VarBinary NOT NULL,
          [tags] NVarChar(100) NULL, [manifest] NVarChar(500) NULL, [identifier] INTEGER NULL, [writer_uuid] NVarChar(128) NULL);
        CREATE UNIQUE INDEX journal_uq ON journal (persistence_id, sequence_number);
        CREATE INDEX journal_created_idx ON journal (created);
        CREATE INDEX journal_sequence_number_idx ON journal (sequence_number)
        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("leasequery-store-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void An_address_has_one_row_and_a_renewal_touches_no_index()
    {
        using var store = Open();
        using var connection = store.Connect();

        Assert.Equal("journal_persistence_id persistence_id", IndexesOf(connection));
        Execute(connection, RowSql("address-0a000001", 1));
        Assert.Throws<SqliteException>(() => Execute(connection, RowSql("address-0a000001", 2)));
    }

    [Fact]
    public async Task The_store_of_an_earlier_version_keeps_the_newest_row_of_each_address_and_is_written_on()
    {
        using (var old = new SqliteConnection($"Data Source={Path.Combine(_directory.FullName, "leasequery.db")};Pooling=False"))
        {
            old.Open();
            Execute(old,
                $"{OldTable}; {RowSql("address-0a000001", 1)}; {RowSql("address-0a000001", 2)}; {RowSql("address-0a000002", 7)}");
        }

        using var store = Open();
        using (var session = store.OpenSession())
        {
            PendingWrite[] batch = [Write("address-0a000001", 2), Write("address-0a000002", 8), Write("address-0a000003", 1)];
            session.Commit(batch);
            Assert.Equal([true, false, false], batch.Select(write => write.IsStale));
        }

        Assert.Equal(2, (await store.ReadNewestAsync("address-0a000001", default))!.SequenceNumber);
        Assert.Equal(8, (await store.ReadNewestAsync("address-0a000002", default))!.SequenceNumber);
        using var connection = store.Connect();
        Assert.Equal("journal_persistence_id persistence_id", IndexesOf(connection));
        Assert.Equal(3L, Scalar(connection, "SELECT count(*) FROM journal"));
    }

    private SqliteStore Open() => SqliteStore.Open(new StoreSettings(_directory.FullName, true, 100, TimeSpan.FromSeconds(1)));

    private static PendingWrite Write(string id, long number) =>
        new([new JournalRow(id, number, 0, 4388, "test", [1])]);

    private static string RowSql(string id, long number) =>
        "INSERT INTO journal (created, deleted, persistence_id, sequence_number, message,"
            + $" manifest, identifier, writer_uuid) VALUES (0, 0, '{id}', {number}, x'00', 'test', 4388, 'writer')";

    private static object? IndexesOf(SqliteConnection connection) => Scalar(connection, """
        SELECT group_concat(list.name || ' ' || info.name, ', ')
        FROM pragma_index_list('journal') list, pragma_index_info(list.name) info
        """);

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = new SqliteCommand(sql, connection);
        return command.ExecuteScalar();
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = new SqliteCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
