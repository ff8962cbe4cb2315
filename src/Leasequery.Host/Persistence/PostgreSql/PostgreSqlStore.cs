using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Stores;
using Leasequery.Wire;
using Npgsql;
using NpgsqlTypes;

namespace Leasequery.Host.Persistence.PostgreSql;

/// <summary>
/// A PostgreSQL server that the nodes of a cluster share. It may be away at any time, at the start too: then what is asked of it
/// fails with one line that says why, and the next one tries again.
/// </summary>
internal sealed class PostgreSqlStore : IJournalStore
{
    private const string RootCertificateKey = "leasequery.store.postgresql.root-certificate";

    private const string RangesSql = """
        SELECT j.sequence_number, j.manifest, j.message
        FROM unnest($1, $2) AS range (first, last) JOIN journal j ON j.persistence_id BETWEEN range.first AND range.last
        """;

    private readonly NpgsqlDataSource _reading;
    private readonly NpgsqlDataSource _writing;
    private readonly PostgreSqlSchema _schema;
    private readonly PostgreSqlShards _shards;
    private readonly NewestRowsReader _newest;
    private readonly SemaphoreSlim _readers;
    private readonly string _place;

    private PostgreSqlStore(StoreSettings settings, ShardMap shards)
    {
        var database = settings.PostgreSql;
        _place = $"PostgreSQL, {database}";
        ConnectionString = PostgreSqlConnections.Words(database).ConnectionString;
        Writers = database.Writers;
        _readers = new SemaphoreSlim(database.Readers);
        _reading = PostgreSqlConnections.ForReading(database, shards.Count,
            database.Readers + NewestRowsReader.Connections + PostgreSqlShards.Connections + 1);
        _writing = PostgreSqlConnections.ForWriting(database, shards.Count, settings.IsSynchronousFull);
        _schema = new PostgreSqlSchema(_reading, _place, shards.Count);
        _shards = new PostgreSqlShards(_reading, _schema, shards, _place);
        _newest = new NewestRowsReader(_reading, _schema, _place);
    }

    /// <inheritdoc/>
    public string ProviderName => "PostgreSQL.15";

    /// <summary>Without the password: Akka shows it to whoever looks at its configuration, and connects to nothing by
    /// it.</summary>
    public string ConnectionString { get; }

    /// <inheritdoc/>
    public int Writers { get; }

    /// <summary>Gets ready to connect. The server need not be there.</summary>
    /// <exception cref="SettingsException">The file with the root certificate cannot be read.</exception>
    public static PostgreSqlStore Open(StoreSettings settings, ShardMap shards)
    {
        if (settings.PostgreSql.RootCertificate is { Length: > 0 } file)
            CheckCertificate(file);
        return new PostgreSqlStore(settings, shards);
    }

    /// <inheritdoc/>
    public async Task CheckAsync(CancellationToken stop)
    {
        await _schema.EnsureAsync(stop);
        await WarmUpAsync(stop);
    }

    /// <inheritdoc/>
    public IJournalSession OpenSession()
    {
        _schema.EnsureAsync().GetAwaiter().GetResult();
        return new PostgreSqlSession(_writing, _place);
    }

    /// <inheritdoc/>
    public ShardTenure? TenureOf(string persistenceId) => _shards.TenureOf(persistenceId);

    /// <inheritdoc/>
    public Task TakenAsync(string persistenceId, CancellationToken stop) => _shards.TakenAsync(persistenceId, stop);

    /// <inheritdoc/>
    public Task<ShardTenure> TakeAsync(int shard, CancellationToken stop) => _shards.TakeAsync(shard, stop);

    /// <inheritdoc/>
    public void Release(ShardTenure tenure) => _shards.Release(tenure);

    /// <inheritdoc/>
    public Task<JournalRow?> ReadNewestAsync(string persistenceId, CancellationToken stop) =>
        _newest.ReadAsync(persistenceId, stop);

    /// <inheritdoc/>
    public async Task ReadNewestAsync(IReadOnlyList<(Ipv4Address First, Ipv4Address Last)> ranges, TakeStoredEvent take,
        CancellationToken stop)
    {
        await _readers.WaitAsync(stop);
        try
        {
            await _schema.EnsureAsync(stop);
            await Task.Run(() => _reading.ReadAsync(connection => ReadRangesAsync(ranges, take, connection, stop), stop), stop);
        }
        catch (Exception cause) when (cause is not (PostgreSqlException or OperationCanceledException))
        {
            throw new PostgreSqlException(_place, cause);
        }
        finally
        {
            _readers.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _newest.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _writing.Dispose();
        _reading.Dispose();
        _readers.Dispose();
    }

    // The first use of each connection, and of the code for what it brings, takes half a second in all. Nobody waits for it here,
    // where the first shards of a node that joins would be silent for so long.
    private Task WarmUpAsync(CancellationToken stop)
    {
        (Ipv4Address, Ipv4Address)[] nothing = [(default, default)];
        return Task.WhenAll(
        [
            _shards.WarmUpAsync(stop),
            _newest.ReadAsync(PersistenceIds.Of(default), stop),
            .. Enumerable.Range(0, _readers.CurrentCount).Select(_ => ReadNewestAsync(nothing, (_, _, _) => { }, stop)),
        ]);
    }

    // Persistence ids are hex of fixed width, so a range of addresses is a range of the index.
    // A connection that breaks in the middle is a failure like any other: only what has brought nothing yet is tried once more.
    private async Task<int> ReadRangesAsync(IReadOnlyList<(Ipv4Address First, Ipv4Address Last)> ranges,
        TakeStoredEvent take, NpgsqlConnection connection, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(RangesSql, connection);
        command.Parameters.Add(Texts(ranges.Select(range => range.First)));
        command.Parameters.Add(Texts(ranges.Select(range => range.Last)));
        await command.PrepareAsync(stop);
        await using var rows = await command.ExecuteReaderAsync(stop);
        var count = 0;
        try
        {
            for (; await rows.ReadAsync(stop); count++)
                take(rows.GetString(1), rows.GetFieldValue<byte[]>(2), rows.GetInt64(0));
            return count;
        }
        catch (Exception cause) when (count > 0 && cause is not OperationCanceledException)
        {
            throw new PostgreSqlException(_place, cause);
        }
    }

    private static NpgsqlParameter Texts(IEnumerable<Ipv4Address> addresses) => new NpgsqlParameter<string[]>
    {
        TypedValue = [.. addresses.Select(PersistenceIds.Of)],
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
    };

    private static void CheckCertificate(string file)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(file);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new SettingsException(RootCertificateKey, file, $"a PEM file with a certificate ({cause.Message})", cause)
            {
                MayPass = !File.Exists(file), // whoever brings the file may come later
            };
        }
    }
}
