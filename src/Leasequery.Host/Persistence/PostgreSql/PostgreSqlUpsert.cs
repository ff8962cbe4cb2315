using Leasequery.Actors.Stores;
using Npgsql;
using NpgsqlTypes;

namespace Leasequery.Host.Persistence.PostgreSql;

/// <summary>A row that was not stored.</summary>
/// <param name="Place">Its place among those that were to be.</param>
/// <param name="IsSuperseded">True when its shard has been taken since; false when the table has news of it.</param>
internal readonly record struct RefusedRow(int Place, bool IsSuperseded);

/// <summary>Stores many rows by one prepared statement: what costs is the statement, not the row. One thread at a time.</summary>
internal sealed class PostgreSqlUpsert : IDisposable
{
    // The fence stands behind WHERE: a row is replaced only by news. It holds between nodes too: the second of two transactions
    // waits for the first one's lock on the row and sees what that stored. And only rows go in whose shard is still that of the
    // stay they carry ($7 is its place in $8 and $9; 0: of none).
    private const string StoreSql = """
        INSERT INTO journal AS j (created, persistence_id, sequence_number, message, manifest, identifier, writer_uuid)
        SELECT created, id, number, message, manifest, identifier, ''
        FROM unnest($1, $2, $3, $4, $5, $6, $7) AS row (created, id, number, message, manifest, identifier, tenure)
        WHERE tenure = 0 OR tenure IN (SELECT leasequery_held_1($8, $9))
        ON CONFLICT (persistence_id) DO UPDATE
        SET created = excluded.created, deleted = false, sequence_number = excluded.sequence_number,
          message = excluded.message, manifest = excluded.manifest, identifier = excluded.identifier,
          writer_uuid = ''
        WHERE j.sequence_number < excluded.sequence_number
        """;

    private const string LookSql =
        "SELECT persistence_id, sequence_number, created, message FROM journal WHERE persistence_id = ANY($1)";

    private const string HeldSql = "SELECT leasequery_held_1($1, $2)";

    private readonly List<long> _created = [];
    private readonly List<string> _ids = [];
    private readonly List<long> _numbers = [];
    private readonly List<byte[]> _messages = [];
    private readonly List<string> _manifests = [];
    private readonly List<int> _serializers = [];
    private readonly List<int> _tenures = [];
    private readonly List<int> _shards = [];
    private readonly List<long> _epochs = [];
    private readonly Dictionary<ShardTenure, int> _placeOf = [];
    private readonly NpgsqlCommand _store;
    private readonly NpgsqlCommand _look;
    private readonly NpgsqlCommand _held;

    /// <summary>Prepares the statements. The table is there.</summary>
    public PostgreSqlUpsert(NpgsqlConnection connection)
    {
        _store = new NpgsqlCommand(StoreSql, connection)
        {
            Parameters =
            {
                Array(_created, NpgsqlDbType.Bigint), Array(_ids, NpgsqlDbType.Text), Array(_numbers, NpgsqlDbType.Bigint),
                Array(_messages, NpgsqlDbType.Bytea), Array(_manifests, NpgsqlDbType.Text),
                Array(_serializers, NpgsqlDbType.Integer), Array(_tenures, NpgsqlDbType.Integer),
                Array(_shards, NpgsqlDbType.Integer), Array(_epochs, NpgsqlDbType.Bigint),
            },
        };
        _look = new NpgsqlCommand(LookSql, connection) { Parameters = { Array(_ids, NpgsqlDbType.Text) } };
        _held = new NpgsqlCommand(HeldSql, connection)
        {
            Parameters = { Array(_shards, NpgsqlDbType.Integer), Array(_epochs, NpgsqlDbType.Bigint) },
        };
        _store.Prepare();
        _look.Prepare();
        _held.Prepare();
    }

    /// <summary>
    /// Stores rows of different persistence ids, and returns those that were left out: the table has news of them already, or
    /// their shard has been taken since.
    /// </summary>
    public IReadOnlyList<RefusedRow> Store(IEnumerable<(JournalRow Row, ShardTenure Tenure)> rows)
    {
        Clear();
        foreach (var (row, tenure) in rows)
        {
            _created.Add(row.Created);
            _ids.Add(row.PersistenceId);
            _numbers.Add(row.SequenceNumber);
            _messages.Add(row.Message);
            _manifests.Add(row.Manifest);
            _serializers.Add(row.Serializer);
            _tenures.Add(PlaceOf(tenure));
        }

        return _store.ExecuteNonQuery() == _ids.Count ? [] : FindRefused();
    }

    public void Dispose()
    {
        _store.Dispose();
        _look.Dispose();
        _held.Dispose();
    }

    // A row that is in the table as its writer wrote it is stored, even if not by this statement: an earlier try may have been
    // committed though its answer was lost. The time tells writers apart, and who wrote the same at the same time says the same.
    private List<RefusedRow> FindRefused()
    {
        var held = FindHeld();
        var stored = new Dictionary<string, (long Number, long Created, byte[] Message)>(_ids.Count);
        using var rows = _look.ExecuteReader();
        while (rows.Read())
            stored.Add(rows.GetString(0), (rows.GetInt64(1), rows.GetInt64(2), rows.GetFieldValue<byte[]>(3)));
        return
        [
            .. from place in Enumerable.Range(0, _ids.Count)
               where !stored.TryGetValue(_ids[place], out var row)
                   || (row.Number, row.Created) != (_numbers[place], _created[place])
                   || !row.Message.AsSpan().SequenceEqual(_messages[place])
               select new RefusedRow(place, !held.Contains(_tenures[place])),
        ];
    }

    private HashSet<int> FindHeld()
    {
        var held = new HashSet<int> { 0 };
        using var places = _held.ExecuteReader();
        while (places.Read())
            held.Add(places.GetInt32(0));
        return held;
    }

    // From 1 on; 0 for what belongs to no shard.
    private int PlaceOf(ShardTenure tenure)
    {
        if (tenure.IsEndless)
            return 0;
        if (!_placeOf.TryGetValue(tenure, out var place))
        {
            _shards.Add(tenure.Shard);
            _epochs.Add(tenure.Epoch);
            place = _shards.Count;
            _placeOf.Add(tenure, place);
        }

        return place;
    }

    private void Clear()
    {
        _created.Clear();
        _ids.Clear();
        _numbers.Clear();
        _messages.Clear();
        _manifests.Clear();
        _serializers.Clear();
        _tenures.Clear();
        _shards.Clear();
        _epochs.Clear();
        _placeOf.Clear();
    }

    private static NpgsqlParameter<List<T>> Array<T>(List<T> values, NpgsqlDbType element) =>
        new() { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | element };
}
