using Leasequery.Host.Persistence.PostgreSql;
using Leasequery.Tests.Databases;
using static Leasequery.Host.Tests.Persistence.PostgreSql.Stores;

namespace Leasequery.Host.Tests.Persistence.PostgreSql;

public sealed class PostgreSqlSchemaTests(Stores stores) : IClassFixture<Stores>
{
    [DatabaseFact]
    public async Task Nodes_that_start_at_once_make_one_table()
    {
        for (var round = 0; round < 5; round++)
        {
            var database = stores.NewDatabase();
            var nodes = Enumerable.Range(0, 4).Select(_ => PostgreSqlStore.Open(stores.Settings(database))).ToArray();

            await Task.WhenAll(nodes.Select((node, i) => Task.Run(() => Commit(node, [Row($"address-0000000{i}", 1)]))));

            Assert.Equal("4", stores.Server.Execute("SELECT count(*) FROM journal", database));
            Assert.All(nodes, node => node.Dispose());
        }
    }

    [DatabaseFact]
    public async Task A_user_who_may_not_make_tables_can_use_one_that_is_there()
    {
        var database = stores.NewDatabase();
        var settings = stores.Settings(database);
        stores.Server.Execute($"CREATE ROLE plain LOGIN PASSWORD '{DatabaseServer.Password.Replace("'", "''")}'");
        using var plain = PostgreSqlStore.Open(settings with { PostgreSql = settings.PostgreSql with { Username = "plain" } });

        var refused = await Assert.ThrowsAsync<PostgreSqlException>(() => plain.ReadNewestAsync("address-00000001", CancellationToken.None));
        Assert.Contains("permission denied for schema public (42501)", refused.Message);

        using (var owner = PostgreSqlStore.Open(settings))
            Commit(owner, [Row("address-00000001", 1)]);
        stores.Server.Execute("GRANT SELECT, INSERT, UPDATE ON journal TO plain", database);
        Assert.Equal([false], Commit(plain, [Row("address-00000001", 2)]));
    }

    [DatabaseFact]
    public async Task A_table_that_somebody_else_made_is_not_written_to()
    {
        var database = stores.NewDatabase();
        stores.Server.Execute("CREATE TABLE journal (persistence_id text, sequence_number bigint, UNIQUE (persistence_id, sequence_number))", database);
        using var store = PostgreSqlStore.Open(stores.Settings(database));

        var refused = await Assert.ThrowsAsync<PostgreSqlException>(() => store.ReadNewestAsync("address-00000001", CancellationToken.None));
        Assert.Contains("it was not made by this service", refused.Message);
    }
}
