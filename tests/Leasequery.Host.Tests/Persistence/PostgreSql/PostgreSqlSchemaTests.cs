using Leasequery.Host.Persistence.PostgreSql;
using Leasequery.Tests.Databases;
using static Leasequery.Host.Tests.Persistence.PostgreSql.Stores;

namespace Leasequery.Host.Tests.Persistence.PostgreSql;

public sealed class PostgreSqlSchemaTests(Stores stores) : IClassFixture<Stores>
{
    [DatabaseFact]
    public async Task Nodes_that_start_at_once_make_the_tables_once()
    {
        for (var round = 0; round < 5; round++)
        {
            var database = stores.NewDatabase();
            var nodes = Enumerable.Range(0, 4).Select(_ => Open(stores.Settings(database))).ToArray();

            await Task.WhenAll(nodes.Select((node, i) => Task.Run(async () =>
            {
                var tenure = await node.TakeAsync(i, CancellationToken.None);
                using var session = node.OpenSession();
                session.Commit([Write(tenure, Row($"address-0000000{i}", 1))]);
            })));

            Assert.Equal("4", stores.Server.Execute("SELECT count(*) FROM journal", database));
            Assert.Equal("4|2|2",
                stores.Server.Execute("SELECT count(*), min(epoch), max(epoch) FROM leasequery_shard", database));
            Assert.All(nodes, node => node.Dispose());
        }
    }

    [DatabaseFact]
    public async Task A_user_who_may_not_make_tables_can_use_one_that_is_there()
    {
        var database = stores.NewDatabase();
        var settings = stores.Settings(database);
        stores.Server.Execute($"CREATE ROLE plain LOGIN PASSWORD '{DatabaseServer.Password.Replace("'", "''")}'");
        using var plain = Open(settings with { PostgreSql = settings.PostgreSql with { Username = "plain" } });

        var refused = await Assert.ThrowsAsync<PostgreSqlException>(() =>
            plain.ReadNewestAsync("address-00000001", CancellationToken.None));
        Assert.Contains("permission denied for schema public (42501)", refused.Message);

        using (var owner = Open(settings))
            Commit(owner, [Row("address-00000001", 1)]);
        stores.Server.Execute(
            "GRANT SELECT, INSERT, UPDATE ON journal TO plain; GRANT SELECT, UPDATE ON leasequery_shard TO plain", database);
        var write = Write(await plain.TakeAsync(0, CancellationToken.None), Row("address-00000001", 2));
        using var session = plain.OpenSession();
        session.Commit([write]);
        Assert.Null(write.Refusal);
    }

    [DatabaseFact]
    public async Task A_table_of_an_earlier_version_is_used_and_nodes_of_that_version_go_on()
    {
        var database = stores.NewDatabase();
        using (var earlier = Open(stores.Settings(database)))
            Commit(earlier, [Row("address-00000001", 1)]);
        stores.Server.Execute("DROP TABLE leasequery_shard; DROP FUNCTION leasequery_held_1", database); // as it was

        using var store = Open(stores.Settings(database));
        var tenure = await store.TakeAsync(0, CancellationToken.None);
        // As they write:
        stores.Server.Execute("UPDATE journal SET sequence_number = 2 WHERE persistence_id = 'address-00000001'", database);

        Assert.Equal(2, (await store.ReadNewestAsync("address-00000001", CancellationToken.None))!.SequenceNumber);
        using var session = store.OpenSession();
        session.Commit([Write(tenure, Row("address-00000001", 3))]);
        Assert.Equal("3", stores.Server.Execute("SELECT sequence_number FROM journal", database));
    }

    [DatabaseFact]
    public async Task A_table_that_somebody_else_made_is_not_written_to()
    {
        var database = stores.NewDatabase();
        stores.Server.Execute("CREATE TABLE journal (persistence_id text, sequence_number bigint,"
            + " UNIQUE (persistence_id, sequence_number))", database);
        using var store = Open(stores.Settings(database));

        var refused = await Assert.ThrowsAsync<PostgreSqlException>(() =>
            store.ReadNewestAsync("address-00000001", CancellationToken.None));
        Assert.Contains("it was not made by this service", refused.Message);
    }
}
