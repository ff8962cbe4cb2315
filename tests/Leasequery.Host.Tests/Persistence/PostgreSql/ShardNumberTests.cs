using Leasequery.Actors.Settings;
using Leasequery.Host.Persistence;
using Leasequery.Host.Persistence.PostgreSql;
using Leasequery.Tests.Databases;
using Microsoft.Extensions.Logging;
using static Leasequery.Host.Tests.Persistence.PostgreSql.Stores;

namespace Leasequery.Host.Tests.Persistence.PostgreSql;

/// <summary>Nodes that spread the addresses over different numbers of shards would both own an address.</summary>
public sealed class ShardNumberTests(Stores stores) : IClassFixture<Stores>
{
    private const string Epochs = "SELECT count(*), min(epoch), max(epoch) FROM leasequery_shard";

    [DatabaseFact]
    public async Task Another_number_than_that_of_the_nodes_that_run_is_refused_by_its_key()
    {
        var database = stores.NewDatabase();
        using var running = Open(stores.Settings(database), shards: 4);
        await running.CheckAsync(CancellationToken.None);

        using var other = Open(stores.Settings(database), shards: 8);
        var refused = await Assert.ThrowsAsync<SettingsException>(() => other.CheckAsync(CancellationToken.None));
        Assert.StartsWith("leasequery.addresses.shards = 8: 4, as the nodes have it that run on PostgreSQL", refused.Message);
        Assert.Contains("stop all nodes, and start them with the new number", refused.Message);
        using var same = Open(stores.Settings(database), shards: 4);
        await same.CheckAsync(CancellationToken.None);
        await same.TakeAsync(3, CancellationToken.None);
    }

    [DatabaseFact]
    public async Task Nodes_that_seem_to_run_are_waited_for_they_may_be_dead()
    {
        var database = stores.NewDatabase();
        var running = Open(stores.Settings(database), shards: 4);
        await running.CheckAsync(CancellationToken.None);
        using var other = Open(stores.Settings(database), shards: 8);
        var log = new LineLog();
        var check = Checks.Of(other, log: log).StartAsync(CancellationToken.None);
        Assert.Contains("leasequery.addresses.shards = 8: 4", await log.First.WaitAsync(Deadlines.Service));

        running.Dispose(); // as the database will when it hears nothing of a dead one
        await check.WaitAsync(Deadlines.Service);
        await other.TakeAsync(7, CancellationToken.None);
    }

    [DatabaseFact]
    public async Task Nodes_that_do_run_are_not_waited_for_without_end()
    {
        var database = stores.NewDatabase();
        using var running = Open(stores.Settings(database), shards: 4);
        await running.CheckAsync(CancellationToken.None);
        using var other = Open(stores.Settings(database), shards: 8);
        var check = Checks.Of(other, patience: TimeSpan.FromSeconds(2));
        var refused = await Assert.ThrowsAsync<SettingsException>(() => check.StartAsync(CancellationToken.None));
        Assert.False(refused.MayPass); // started again and again it would win in the end
    }

    [DatabaseFact]
    public Task A_cluster_that_was_stopped_may_start_with_more_shards_and_what_was_under_way_before_is_refused() =>
        StartAgainWith(8);

    [DatabaseFact]
    public Task A_cluster_that_was_stopped_may_start_with_fewer_shards_and_what_was_under_way_before_is_refused() =>
        StartAgainWith(2);

    [DatabaseFact]
    public async Task A_number_that_was_changed_under_a_node_that_runs_lets_it_take_nothing()
    {
        var database = stores.NewDatabase();
        using var running = Open(stores.Settings(database), shards: 4);
        await running.TakeAsync(0, CancellationToken.None);
        stores.Server.Execute("DELETE FROM leasequery_shard WHERE shard = 3", database);

        var refused = await Assert.ThrowsAsync<PostgreSqlException>(() => running.TakeAsync(0, CancellationToken.None));
        Assert.Contains("leasequery.addresses.shards = 4", refused.Message);
    }

    /// <summary>Hands out the first line that is logged.</summary>
    private sealed class LineLog : ILogger<StoreCheck>
    {
        private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> First => _first.Task;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => _first.TrySetResult(formatter(state, exception));
    }

    private async Task StartAgainWith(int shards)
    {
        const string address = "address-0a000001";
        var database = stores.NewDatabase();
        var before = Open(stores.Settings(database), shards: 4);
        for (var shard = 0; shard < 4; shard++)
            await before.TakeAsync(shard, CancellationToken.None);
        var late = Write(before.TenureOf(address)!, Row(address, 1));
        before.Dispose();
        await stores.UntilNoSessionAsync(database);

        using var after = Open(stores.Settings(database), shards);
        await after.CheckAsync(CancellationToken.None);

        Assert.Equal($"{shards}|3|3", stores.Server.Execute(Epochs, database));
        using var session = after.OpenSession();
        session.Commit([late]);
        Assert.IsType<SupersededWriterException>(late.Refusal);
    }
}
