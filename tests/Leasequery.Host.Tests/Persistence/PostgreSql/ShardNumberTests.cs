using Leasequery.Actors.Settings;
using Leasequery.Host.Persistence;
using Leasequery.Host.Persistence.PostgreSql;
using Leasequery.Tests.Databases;
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

    [DatabaseFact]
    public async Task A_server_that_is_away_does_not_hold_up_the_check()
    {
        using var store = Open(stores.Settings("nowhere"));
        await store.CheckAsync(CancellationToken.None);
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
