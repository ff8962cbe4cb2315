using Npgsql;
using NpgsqlTypes;

namespace Leasequery.Host.Persistence.PostgreSql;

/// <summary>Stores many rows by one prepared statement: what costs is the statement, not the row. One thread at a time.</summary>
internal sealed class PostgreSqlUpsert : IDisposable
{
    // The fence stands behind WHERE: a row is replaced only by news. It holds between nodes too: the second of two transactions
    // waits for the first one's lock on the row and sees what that stored.
    private const string StoreSql = """
        INSERT INTO journal AS j (created, persistence_id, sequence_number, message, manifest, identifier, writer_uuid)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (persistence_id) DO UPDATE SET created = excluded.created, deleted = false, sequence_number = excluded.sequence_number,
          message = excluded.message, manifest = excluded.manifest, identifier = excluded.identifier, writer_uuid = excluded.writer_uuid
        WHERE j.sequence_number < excluded.sequence_number
        """;

    private const string LookSql = "SELECT persistence_id, sequence_number, writer_uuid FROM journal WHERE persistence_id = ANY($1)";

    private readonly List<long> _created = [];
    private readonly List<string> _ids = [];
    private readonly List<long> _numbers = [];
    private readonly List<byte[]> _messages = [];
    private readonly List<string> _manifests = [];
    private readonly List<int> _serializers = [];
    private readonly List<string> _writers = [];
    private readonly NpgsqlCommand _store;
    private readonly NpgsqlCommand _look;

    /// <summary>Prepares the statements. The table is there.</summary>
    public PostgreSqlUpsert(NpgsqlConnection connection)
    {
        _store = new NpgsqlCommand(StoreSql, connection)
        {
            Parameters =
            {
                Array(_created, NpgsqlDbType.Bigint), Array(_ids, NpgsqlDbType.Text), Array(_numbers, NpgsqlDbType.Bigint),
                Array(_messages, NpgsqlDbType.Bytea), Array(_manifests, NpgsqlDbType.Text), Array(_serializers, NpgsqlDbType.Integer),
                Array(_writers, NpgsqlDbType.Text),
            },
        };
        _look = new NpgsqlCommand(LookSql, connection) { Parameters = { Array(_ids, NpgsqlDbType.Text) } };
        _store.Prepare();
        _look.Prepare();
    }

    /// <summary>Stores rows of different persistence ids, and returns the places of those that the table has news of
    /// already.</summary>
    public IReadOnlyCollection<int> Store(IEnumerable<JournalRow> rows)
    {
        Clear();
        foreach (var row in rows)
        {
            _created.Add(row.Created);
            _ids.Add(row.PersistenceId);
            _numbers.Add(row.SequenceNumber);
            _messages.Add(row.Message);
            _manifests.Add(row.Manifest);
            _serializers.Add(row.Serializer);
            _writers.Add(row.Writer);
        }

        return _store.ExecuteNonQuery() == _ids.Count ? [] : FindStale();
    }

    public void Dispose()
    {
        _store.Dispose();
        _look.Dispose();
    }

    // A row that is in the table as its writer wrote it is stored, even if not by this statement: an earlier try may have been
    // committed though its answer was lost.
    private List<int> FindStale()
    {
        var stored = new Dictionary<string, (long Number, string Writer)>(_ids.Count);
        using var rows = _look.ExecuteReader();
        while (rows.Read())
            stored.Add(rows.GetString(0), (rows.GetInt64(1), rows.GetString(2)));
        var places = Enumerable.Range(0, _ids.Count);
        return [.. places.Where(place => !stored.TryGetValue(_ids[place], out var row) || row != (_numbers[place], _writers[place]))];
    }

    private void Clear()
    {
        _created.Clear();
        _ids.Clear();
        _numbers.Clear();
        _messages.Clear();
        _manifests.Clear();
        _serializers.Clear();
        _writers.Clear();
    }

    private static NpgsqlParameter<List<T>> Array<T>(List<T> values, NpgsqlDbType element) =>
        new() { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | element };
}
