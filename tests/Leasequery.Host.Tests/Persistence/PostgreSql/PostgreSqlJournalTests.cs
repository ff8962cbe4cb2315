using Akka.Actor;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Settings;
using Leasequery.Domain.Bindings;
using Leasequery.Host.Persistence;
using Leasequery.Tests.Databases;
using static Leasequery.Host.Tests.Persistence.Keepers;
using static Leasequery.Host.Tests.Persistence.PostgreSql.Stores;

namespace Leasequery.Host.Tests.Persistence.PostgreSql;

/// <summary>Actors of one node, and another node that takes their shard.</summary>
public sealed class PostgreSqlJournalTests(Stores stores) : IClassFixture<Stores>
{
    private const string Blocked = "query LIKE 'INSERT%' AND wait_event = 'relation'";

    private static readonly string Id = PersistenceIds.Of(Subscriber);

    [DatabaseFact]
    public async Task Whose_shard_was_taken_stores_nothing_and_starts_anew_from_the_store_once_the_shard_is_taken_back()
    {
        var settings = stores.Settings(stores.NewDatabase());
        using var other = Open(settings, shards: 1);
        await using var node = await NodeAsync(settings);
        var tenure = await node.Store.TakeAsync(0, CancellationToken.None);
        var actor = node.Start(Subscriber);
        Assert.Equal("stored 1", await Persist(actor, Lease(until: 100)));
        node.Table.Begin(0);
        node.Table.Publish(Lease(until: 100), 1);

        var elsewhere = await other.TakeAsync(0, CancellationToken.None);
        var isGone = actor.WatchAsync();
        Assert.Equal("failed", await Persist(actor, Lease(until: 200)));
        Assert.True(await isGone.WaitAsync(Deadlines.Answer));
        await tenure.Lost.WaitAsync(Deadlines.Answer);
        Assert.Null(node.Health.Failure); // the store is well; the node was late
        Assert.Equal(1, node.Metrics.SupersededEvents);

        using (var session = other.OpenSession())
            session.Commit([Write(elsewhere, Row(node, 2, Lease(until: 300)))]);
        var next = node.Start(Subscriber);
        var state = Ask(next); // not from its record, and not before the shard is taken
        await node.Store.TakeAsync(0, CancellationToken.None);
        Assert.Equal((2L, Lease(until: 300)), await state);
        Assert.Equal("stored 3", await Persist(next, Lease(until: 400)));
    }

    [DatabaseFact]
    public async Task What_waits_while_its_shard_goes_and_comes_back_is_refused()
    {
        var database = stores.NewDatabase();
        await using var node = await NodeAsync(stores.Settings(database));
        await node.Store.TakeAsync(0, CancellationToken.None);
        Assert.Null(await node.Writer.WriteAsync([Stores.Row(Id, 1)]));
        var holds = Task.Run(() =>
            stores.Server.Execute("BEGIN; LOCK TABLE journal IN SHARE MODE; SELECT pg_sleep(60); COMMIT", database));
        await stores.UntilAsync(database, "wait_event = 'PgSleep'");
        var one = node.Writer.WriteAsync([Stores.Row("somebody-elses", 1)]); // one for each writer
        await stores.UntilAsync(database, Blocked);
        var other = node.Writer.WriteAsync([Stores.Row("somebody-elses-too", 1)]);
        await stores.UntilAsync(database,
            $"(SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}' AND {Blocked}) = 2");

        var late = node.Writer.WriteAsync([Stores.Row(Id, 2)]);
        await node.Store.TakeAsync(0, CancellationToken.None);
        stores.EndSessions(database, "wait_event = 'PgSleep'");

        await Assert.ThrowsAsync<SupersededWriterException>(() => late.WaitAsync(Deadlines.Answer));
        await Assert.ThrowsAnyAsync<Exception>(() => holds);
        Assert.Equal([null, null], await Task.WhenAll(one, other));
        Assert.Null(await node.Writer.WriteAsync([Stores.Row(Id, 2)]));
    }

    [DatabaseFact]
    public async Task What_is_written_while_the_shard_is_not_taken_is_rejected_and_its_writer_goes_on()
    {
        await using var node = await NodeAsync(stores.Settings(stores.NewDatabase()));
        var tenure = await node.Store.TakeAsync(0, CancellationToken.None);
        var actor = node.Start(Subscriber);
        Assert.Equal("stored 1", await Persist(actor, Lease(until: 100)));

        node.Store.Release(tenure);
        Assert.Equal("rejected", await Persist(actor, Lease(until: 200)));
        Assert.Null(node.Health.Failure);
        await node.Store.TakeAsync(0, CancellationToken.None);
        Assert.Equal("stored 3", await Persist(actor, Lease(until: 300)));
    }

    private static async Task<JournalNode> NodeAsync(StoreSettings settings)
    {
        var node = new JournalNode(Open(settings, shards: 1));
        await node.StartAsync();
        return node;
    }

    private static JournalRow Row(JournalNode node, long number, Binding binding)
    {
        var happened = new LeaseBound(binding);
        var serializer = (Akka.Serialization.SerializerWithStringManifest)node.System.Serialization.FindSerializerFor(happened);
        return new JournalRow(Id, number, 0, serializer.Identifier, serializer.Manifest(happened), serializer.ToBinary(happened));
    }
}
