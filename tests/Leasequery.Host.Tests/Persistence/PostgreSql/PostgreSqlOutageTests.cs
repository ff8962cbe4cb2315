using Leasequery.Actors.Settings;
using Leasequery.Host.Persistence;
using Leasequery.Host.Persistence.PostgreSql;
using Leasequery.Tests.Databases;
using Leasequery.Wire;
using static Leasequery.Host.Tests.Persistence.PostgreSql.Stores;

namespace Leasequery.Host.Tests.Persistence.PostgreSql;

public sealed class PostgreSqlOutageTests(Stores stores) : IClassFixture<Stores>
{
    private const string A = "address-0a000001";

    [DatabaseFact]
    public async Task A_server_that_is_away_is_named_with_the_reason_and_used_again_when_it_is_back()
    {
        using var store = Open(stores.Settings(stores.NewDatabase()));
        using var session = store.OpenSession();
        var write = new AwaitedWrite([Row(A, 1)]);
        session.Commit([write]);

        stores.Server.Stop();
        try
        {
            Assert.StartsWith("PostgreSQL, postgresql://leasequery@127.0.0.1:",
                Assert.Throws<PostgreSqlException>(() => session.Commit([new AwaitedWrite([Row(A, 2)])])).Message);
            var refused = Assert.Throws<PostgreSqlException>(store.OpenSession);
            Assert.Contains("refused", refused.Message);
            Assert.DoesNotContain(DatabaseServer.Password, refused.ToString());
            await Assert.ThrowsAsync<PostgreSqlException>(() => store.ReadNewestAsync(A, CancellationToken.None));
            await Assert.ThrowsAsync<PostgreSqlException>(() =>
                store.ReadNewestAsync([default], (_, _, _) => { }, CancellationToken.None));
        }
        finally
        {
            stores.Server.Start();
        }

        Assert.Equal([false], Commit(store, [Row(A, 3)]));
        Assert.Equal(3, (await store.ReadNewestAsync(A, CancellationToken.None))!.SequenceNumber);
    }

    [DatabaseFact]
    public async Task A_store_may_be_opened_before_its_server_is_there()
    {
        var settings = stores.Settings(stores.NewDatabase());
        stores.Server.Stop();
        PostgreSqlStore store;
        try
        {
            store = Open(settings);
            await Assert.ThrowsAsync<PostgreSqlException>(() => store.ReadNewestAsync(A, CancellationToken.None));
        }
        finally
        {
            stores.Server.Start();
        }

        Assert.Null(await store.ReadNewestAsync(A, CancellationToken.None));
        store.Dispose();
    }

    [DatabaseFact]
    public async Task A_wrong_password_and_an_unknown_database_are_told()
    {
        var settings = stores.Settings("nowhere");
        using var unknown = Open(settings);
        using var wrong = Open(settings with { PostgreSql = settings.PostgreSql with { Password = "gues5ed" } });

        Assert.EndsWith("database \"nowhere\" does not exist (3D000)", (await Refusal(unknown)).Message);
        var refused = await Refusal(wrong);
        Assert.EndsWith("password authentication failed for user \"leasequery\" (28P01)", refused.Message);
        Assert.DoesNotContain("gues5ed", refused.ToString());
        Assert.DoesNotContain("gues5ed", wrong.ConnectionString);
    }

    [DatabaseFact]
    public void An_idle_connection_that_was_ended_is_replaced_and_nothing_is_lost()
    {
        var database = stores.NewDatabase();
        using var store = Open(stores.Settings(database));
        using var session = store.OpenSession();
        session.Commit([new AwaitedWrite([Row(A, 1)])]);

        stores.EndSessions(database, "true");

        session.Commit([new AwaitedWrite([Row(A, 2)])]);
        Assert.Equal("2", stores.Server.Execute("SELECT sequence_number FROM journal", database));
    }

    [DatabaseFact] // a shard that moves after the database was restarted waits for no more than one try
    public async Task Idle_connections_for_reading_that_were_ended_are_replaced_and_whoever_takes_a_shard_is_told_once()
    {
        var database = stores.NewDatabase();
        using var store = Open(stores.Settings(database));
        await store.CheckAsync(CancellationToken.None); // opens them
        Assert.Equal([false], Commit(store, [Row(A, 1)]));
        foreach (var _ in Enumerable.Range(0, 2))
        {
            stores.EndSessions(database, "true"); // several are open
            await Assert.ThrowsAsync<PostgreSqlException>(() => store.TakeAsync(0, CancellationToken.None));
            var tenure = await store.TakeAsync(0, CancellationToken.None);
            stores.EndSessions(database, "true");
            var found = new List<long>();
            await store.ReadNewestAsync([(default, Ipv4Address.Parse("255.255.255.255"))],
                (_, _, number) => found.Add(number), CancellationToken.None);
            Assert.Equal([1], found);
            stores.EndSessions(database, "true");
            Assert.Equal(1, (await store.ReadNewestAsync(A, CancellationToken.None))!.SequenceNumber);
            store.Release(tenure);
        }
    }

    [DatabaseFact]
    public async Task A_write_whose_connection_was_ended_in_the_middle_is_stored_once()
    {
        var database = stores.NewDatabase();
        using var store = Open(stores.Settings(database));
        using var session = store.OpenSession();
        session.Commit([new AwaitedWrite([Row(A, 1)])]);
        var write = new AwaitedWrite([Row(A, 2)]);
        var locked = Task.Run(() => stores.Server.Execute(
            "BEGIN; LOCK TABLE journal; SELECT pg_advisory_lock(1); SELECT pg_sleep(60) /* held */; COMMIT", database));
        await stores.UntilAsync(database, "query LIKE '%held%' AND wait_event = 'PgSleep'");

        var commit = Task.Run(() => session.Commit([write]));
        await stores.UntilAsync(database, "query LIKE 'INSERT%' AND wait_event_type = 'Lock'");
        stores.EndSessions(database, "query LIKE 'INSERT%'");
        await stores.UntilAsync(database, "query LIKE 'INSERT%' AND wait_event_type = 'Lock'"); // the second try
        stores.EndSessions(database, "wait_event = 'PgSleep'");
        await commit;
        await Assert.ThrowsAnyAsync<Exception>(() => locked);

        Assert.False(write.IsStale);
        Assert.Equal("2|1", stores.Server.Execute("SELECT max(sequence_number), count(*) FROM journal", database));
    }

    [DatabaseFact]
    public void A_commit_waits_for_what_the_setting_says_and_for_no_less_than_the_server_is_set_to()
    {
        foreach (var (server, isFull, expected) in new[]
            { ("on", true, "on"), ("off", true, "on"), ("remote_apply", true, "remote_apply"), ("on", false, "off") })
        {
            var database = stores.NewDatabase();
            stores.Server.Execute($"ALTER DATABASE {database} SET synchronous_commit = {server}");
            using var source = PostgreSqlConnections.ForWriting(stores.Settings(database).PostgreSql, 4, isFull);
            using var command = source.CreateCommand("SHOW synchronous_commit");
            Assert.Equal(expected, command.ExecuteScalar());
        }
    }

    [Theory]
    [InlineData("/nowhere/ca.pem")]
    [InlineData("/etc/passwd")]
    public void A_root_certificate_that_is_none_is_refused_by_its_key(string file)
    {
        var settings = new StoreSettings("unused", true, 100, TimeSpan.FromSeconds(1))
        {
            PostgreSql = PostgreSqlSettings.Local with { RootCertificate = file },
        };
        Assert.StartsWith($"leasequery.store.postgresql.root-certificate = {file}: a PEM file with a certificate",
            Assert.Throws<SettingsException>(() => Open(settings)).Message);
    }

    private static Task<PostgreSqlException> Refusal(PostgreSqlStore store) =>
        Assert.ThrowsAsync<PostgreSqlException>(() => store.ReadNewestAsync(A, CancellationToken.None));
}
