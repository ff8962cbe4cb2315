using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Leasequery.Host.Persistence.Sqlite;

/// <summary>
/// A connection for writing, with its statements prepared once. It speaks with SQLite itself and not through ADO.NET, whose
/// commands and parameters cost more for each event than SQLite does.
/// </summary>
internal sealed class SqliteSession : IJournalSession
{
    // An address has one row, which is written over in place: same page, no index to touch, no free space to manage. It keeps its
    // "ordering", so a reader that pages through events by that number sees an address once, at its place of old.
    // The fence: an event is stored only over an older one, or where nothing as new is. Whoever decided on stale state finds out.
    private const string UpdateSql = """
        UPDATE journal SET created = ?1, sequence_number = ?3, message = ?4, manifest = ?5, identifier = ?6, writer_uuid = NULL
        WHERE persistence_id = ?2 AND sequence_number < ?3
        """;

    private const string InsertSql = """
        INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier)
        VALUES (?1, 0, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (persistence_id) DO NOTHING
        """;

    private const int ManifestParameter = 5;

    private const int ShortText = 128;

    // SQLite's own 2 MB let pages be read again and again out of a WAL of 4 MB: 11 us an event instead of 3.5.
    private const string Cache = "PRAGMA cache_size = -16384";

    private readonly SqliteConnection _connection;
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _begin, _commit, _rollback, _update, _insert;
    private string _manifest = "";

    /// <summary>Takes a connection over, also when it cannot be used: then it is disposed of.</summary>
    public SqliteSession(SqliteConnection connection)
    {
        _connection = connection;
        _database = connection.Handle!;
        try
        {
            Check(raw.sqlite3_exec(_database, Cache));
            _begin = Prepare("BEGIN IMMEDIATE");
            _commit = Prepare("COMMIT");
            _rollback = Prepare("ROLLBACK");
            _update = Prepare(UpdateSql);
            _insert = Prepare(InsertSql);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Commit(IReadOnlyList<PendingWrite> batch)
    {
        Run(_begin);
        try
        {
            foreach (var pending in batch)
                pending.IsStale = !Write(pending.Rows);
            Run(_commit);
        }
        catch
        {
            raw.sqlite3_step(_rollback); // fails when SQLite has rolled back by itself, which is as well
            raw.sqlite3_reset(_rollback);
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var statement in (sqlite3_stmt?[])[_begin, _commit, _rollback, _update, _insert])
            statement?.Dispose(); // none where preparing it failed
        _connection.Dispose();
    }

    // False when there is a row that is as new.
    private bool Write(IReadOnlyList<JournalRow> rows)
    {
        for (var i = 0; i < rows.Count; i++)
            if (!Write(rows[i]))
                return false;
        return true;
    }

    // The first event of an address has none to be written over.
    private bool Write(JournalRow row)
    {
        BindManifest(row.Manifest);
        return row.SequenceNumber > 1 && Write(_update, row) || Write(_insert, row);
    }

    // A statement keeps what is bound to it, and there are three manifests in all.
    private void BindManifest(string manifest)
    {
        if (manifest == _manifest)
            return;
        Bind(_update, ManifestParameter, manifest);
        Bind(_insert, ManifestParameter, manifest);
        _manifest = manifest;
    }

    private bool Write(sqlite3_stmt statement, JournalRow row)
    {
        Check(raw.sqlite3_bind_int64(statement, 1, row.Created));
        Bind(statement, 2, row.PersistenceId);
        Check(raw.sqlite3_bind_int64(statement, 3, row.SequenceNumber));
        Check(raw.sqlite3_bind_blob(statement, 4, row.Message));
        Check(raw.sqlite3_bind_int(statement, 6, row.Serializer));
        Run(statement);
        return raw.sqlite3_changes(_database) > 0;
    }

    private void Bind(sqlite3_stmt statement, int index, string text)
    {
        Span<byte> bytes = text.Length <= ShortText ? stackalloc byte[ShortText * 3] : new byte[text.Length * 3];
        Check(raw.sqlite3_bind_text(statement, index, bytes[..Encoding.UTF8.GetBytes(text, bytes)]));
    }

    // A reset tells the error of the step again, better than the step did.
    private void Run(sqlite3_stmt statement)
    {
        var result = raw.sqlite3_step(statement);
        var reset = raw.sqlite3_reset(statement);
        if (result != raw.SQLITE_DONE)
            Check(reset != raw.SQLITE_OK ? reset : result);
    }

    private sqlite3_stmt Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_database, sql, out var statement));
        return statement;
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
