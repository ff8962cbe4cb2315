using Leasequery.Actors.Addresses;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Stores;
using Npgsql;

namespace Leasequery.Host.Persistence.PostgreSql;

/// <summary>
/// The shards that this node has taken. Taking one raises its epoch in the database, alone: no transaction that stores for the
/// shard is under way in that moment. Those before it are read by whoever reads after it; those after it find out.
/// </summary>
internal sealed class PostgreSqlShards
{
    /// <summary>How many connections it uses.</summary>
    public const int Connections = 4;

    private const int NoShard = -1;

    // Epochs of a map with another number of shards would fence other addresses: that there are as many rows is looked at, too.
    private const string TakeSql = $"""
        WITH alone AS MATERIALIZED (
          SELECT pg_advisory_xact_lock({PostgreSqlSchema.ShardLocks}, $1 & {PostgreSqlSchema.ShardLockMask}))
        UPDATE leasequery_shard SET epoch = epoch + 1, owner = $2, taken_at = now() FROM alone
        WHERE shard = $1 AND (SELECT count(*) FROM leasequery_shard) = $3
        RETURNING epoch
        """;

    // Longer than a directory waits until it tries again.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly string Owner = $"{Environment.MachineName}, process {Environment.ProcessId}";

    private readonly NpgsqlDataSource _source;
    private readonly PostgreSqlSchema _schema;
    private readonly ShardMap _map;
    private readonly string _place;
    private readonly TaskCompletionSource<ShardTenure>[] _tenures;
    private readonly SemaphoreSlim _takers = new(Connections);

    public PostgreSqlShards(NpgsqlDataSource source, PostgreSqlSchema schema, ShardMap map, string place)
    {
        _source = source;
        _schema = schema;
        _map = map;
        _place = place;
        _tenures = [.. Enumerable.Range(0, map.Count).Select(_ => Untaken())];
    }

    /// <summary>The stay of the shard of a persistence id; null when this node has not taken it.</summary>
    public ShardTenure? TenureOf(string persistenceId) =>
        !PersistenceIds.TryRead(persistenceId, out var address) ? ShardTenure.Endless // another actor of the host's
        : Volatile.Read(ref _tenures[_map.ShardOf(address)]).Task is { IsCompletedSuccessfully: true } taken ? taken.Result
        : null;

    /// <summary>Done when the shard of a persistence id is taken; it is being taken when it is not.</summary>
    /// <exception cref="PostgreSqlException">It cannot be taken.</exception>
    /// <exception cref="TimeoutException">Nobody takes it.</exception>
    public Task TakenAsync(string persistenceId, CancellationToken stop) => PersistenceIds.TryRead(persistenceId, out var address)
        ? Volatile.Read(ref _tenures[_map.ShardOf(address)]).Task.WaitAsync(Patience, stop)
        : Task.CompletedTask;

    /// <summary>See <see cref="IBindingArchive.TakeAsync"/>.</summary>
    /// <exception cref="PostgreSqlException">It cannot be taken.</exception>
    public async Task<ShardTenure> TakeAsync(int shard, CancellationToken stop)
    {
        try
        {
            var epoch = await RaiseAsync(shard, stop)
                ?? throw new InvalidOperationException("the table leasequery_shard is that of another number of shards than "
                    + $"leasequery.addresses.shards = {_map.Count}: nodes of both kinds run, or it was changed by hand");
            var tenure = new ShardTenure(shard, epoch);
            var taken = Untaken();
            taken.SetResult(tenure);
            Interlocked.Exchange(ref _tenures[shard], taken).TrySetResult(tenure); // who waits since before goes on
            return tenure;
        }
        catch (Exception cause) when (cause is not OperationCanceledException)
        {
            var failure = cause as PostgreSqlException ?? new PostgreSqlException(_place, cause);
            var waited = Volatile.Read(ref _tenures[shard]);
            if (waited.TrySetException(failure))
            {
                _ = waited.Task.Exception; // seen, also when nobody waits
                Interlocked.CompareExchange(ref _tenures[shard], Untaken(), waited);
            }

            throw failure;
        }
    }

    /// <summary>See <see cref="IBindingArchive.Release"/>.</summary>
    public void Release(ShardTenure tenure)
    {
        if (tenure.IsEndless)
            return;
        var current = Volatile.Read(ref _tenures[tenure.Shard]);
        if (current.Task is { IsCompletedSuccessfully: true } taken && taken.Result == tenure)
            Interlocked.CompareExchange(ref _tenures[tenure.Shard], Untaken(), current);
    }

    /// <summary>Takes none, and has all connections open and all code compiled that it takes to take one.</summary>
    public Task WarmUpAsync(CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => RaiseAsync(NoShard, stop)));

    // Null when there is no such shard, or not as many as there should be.
    private async Task<long?> RaiseAsync(int shard, CancellationToken stop)
    {
        await _takers.WaitAsync(stop);
        try
        {
            await _schema.EnsureAsync(stop);
            await using var connection = await _source.OpenConnectionAsync(stop);
            await using var command = new NpgsqlCommand(TakeSql, connection);
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Owner });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = _map.Count });
            await command.PrepareAsync(stop);
            return (long?)await command.ExecuteScalarAsync(stop);
        }
        catch (Exception cause) when (PostgreSqlFailure.IsLostConnection(cause))
        {
            _source.Clear(); // its neighbours have ended with it
            throw; // not tried again here: time has passed, and whether the shard is still this node's to take is known elsewhere
        }
        finally
        {
            _takers.Release();
        }
    }

    private static TaskCompletionSource<ShardTenure> Untaken() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
