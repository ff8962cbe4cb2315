using System.Threading.Channels;
using Npgsql;
using NpgsqlTypes;

namespace Leasequery.Host.Persistence.PostgreSql;

/// <summary>
/// Reads the newest row of single persistence ids. A burst of new addresses is a burst of reads: those that wait go to the server
/// together, in one statement.
/// </summary>
internal sealed class NewestRowsReader : IAsyncDisposable
{
    /// <summary>How many connections it uses.</summary>
    public const int Connections = 2;

    private const int MostAtOnce = 256;

    private const string Sql =
        "SELECT persistence_id, sequence_number, created, identifier, manifest, message"
        + " FROM journal WHERE persistence_id = ANY($1)";

    private readonly Channel<Wanted> _wanted = Channel.CreateUnbounded<Wanted>();
    private readonly NpgsqlDataSource _source;
    private readonly PostgreSqlSchema _schema;
    private readonly string _place;
    private readonly Task[] _pumps;

    public NewestRowsReader(NpgsqlDataSource source, PostgreSqlSchema schema, string place)
    {
        _source = source;
        _schema = schema;
        _place = place;
        _pumps = [.. Enumerable.Range(0, Connections).Select(_ => Task.Run(PumpAsync))];
    }

    /// <summary>The newest row; null when there is none.</summary>
    /// <exception cref="PostgreSqlException">The database cannot be read.</exception>
    public async Task<JournalRow?> ReadAsync(string persistenceId, CancellationToken stop)
    {
        var wanted = new Wanted(persistenceId);
        await _wanted.Writer.WriteAsync(wanted, stop);
        return await wanted.Row.Task.WaitAsync(stop);
    }

    public async ValueTask DisposeAsync()
    {
        _wanted.Writer.TryComplete();
        await Task.WhenAll(_pumps);
    }

    private async Task PumpAsync()
    {
        var batch = new List<Wanted>(MostAtOnce);
        while (await _wanted.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < MostAtOnce && _wanted.Reader.TryRead(out var wanted))
                batch.Add(wanted);
            if (batch.Count > 0) // the other one may have been quicker
                await AnswerAsync(batch);
        }
    }

    private async Task AnswerAsync(List<Wanted> batch)
    {
        try
        {
            await _schema.EnsureAsync();
            string[] ids = [.. batch.Select(wanted => wanted.Id)];
            var rows = await _source.ReadAsync(connection => ReadAsync(ids, connection));
            foreach (var wanted in batch)
                wanted.Row.TrySetResult(rows.GetValueOrDefault(wanted.Id));
        }
        catch (Exception cause)
        {
            var failure = cause as PostgreSqlException ?? new PostgreSqlException(_place, cause);
            foreach (var wanted in batch)
                wanted.Row.TrySetException(failure);
        }
    }

    private static async Task<Dictionary<string, JournalRow>> ReadAsync(string[] ids, NpgsqlConnection connection)
    {
        var found = new Dictionary<string, JournalRow>(ids.Length);
        await using var command = new NpgsqlCommand(Sql, connection);
        command.Parameters.Add(
            new NpgsqlParameter<string[]> { TypedValue = ids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        await command.PrepareAsync(); // once a connection: it stays prepared there
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
            found.Add(rows.GetString(0), new JournalRow(rows.GetString(0), rows.GetInt64(1), rows.GetInt64(2), rows.GetInt32(3),
                rows.GetString(4), rows.GetFieldValue<byte[]>(5)));
        return found;
    }

    private sealed class Wanted(string id)
    {
        public string Id { get; } = id;

        public TaskCompletionSource<JournalRow?> Row { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
