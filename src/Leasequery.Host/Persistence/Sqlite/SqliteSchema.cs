using Microsoft.Data.Sqlite;

namespace Leasequery.Host.Persistence.Sqlite;

/// <summary>
/// The table, made when it is not there, and brought up to date when an earlier version of the service made it.
/// </summary>
internal static class SqliteSchema
{
    // The columns of Akka.Persistence.Sql, so that its tools can read the table; but the key is the persistence id alone. So the
    // database itself sees to it that an address has one row, and a renewal changes no index: it is written over its predecessor
    // and touches one page. With the key and the two other indexes that Akka.Persistence.Sql would make, all of which change with
    // each event, SQLite takes more than twice as long for one.
    private const string CreateSql = """
        CREATE TABLE IF NOT EXISTS journal (
          ordering INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
          created INTEGER NOT NULL,
          deleted INTEGER NOT NULL,
          persistence_id TEXT NOT NULL,
          sequence_number INTEGER NOT NULL,
          message BLOB NOT NULL,
          tags TEXT NULL,
          manifest TEXT NULL,
          identifier INTEGER NULL,
          writer_uuid TEXT NULL
        )
        """;

    private const string HasOldKeySql =
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = 'journal_uq')";

    // Where the old key let an address have several rows, the newest has the whole state.
    private const string UpdateSql = """
        DELETE FROM journal AS old WHERE EXISTS (
          SELECT 1 FROM journal AS new
          WHERE new.persistence_id = old.persistence_id AND new.sequence_number > old.sequence_number);
        DROP INDEX journal_uq;
        DROP INDEX IF EXISTS journal_created_idx;
        DROP INDEX IF EXISTS journal_sequence_number_idx
        """;

    private const string KeySql = "CREATE UNIQUE INDEX IF NOT EXISTS journal_persistence_id ON journal (persistence_id)";

    /// <summary>
    /// Makes what is missing, all or nothing. Of an earlier version's store that takes some seconds a million rows, once.
    /// </summary>
    public static void Ensure(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction();
        Execute(CreateSql, connection, transaction);
        using var hasOldKey = new SqliteCommand(HasOldKeySql, connection, transaction);
        if ((long)hasOldKey.ExecuteScalar()! != 0)
            Execute(UpdateSql, connection, transaction);
        Execute(KeySql, connection, transaction);
        transaction.Commit();
    }

    private static void Execute(string sql, SqliteConnection connection, SqliteTransaction transaction)
    {
        using var command = new SqliteCommand(sql, connection, transaction);
        command.ExecuteNonQuery();
    }
}
