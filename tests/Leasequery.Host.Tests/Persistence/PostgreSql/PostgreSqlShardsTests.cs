using System.Diagnostics;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Stores;
using Leasequery.Host.Persistence;
using Leasequery.Host.Persistence.PostgreSql;
using Leasequery.Tests.Databases;
using Leasequery.Wire;
using static Leasequery.Host.Tests.Persistence.PostgreSql.Stores;

namespace Leasequery.Host.Tests.Persistence.PostgreSql;

/// <summary>
/// Two nodes on one database: A owns a shard, stands still, and wakes up after B has taken it. What a process that stands still
/// does late is what a store does here when the test lets it.
/// </summary>
public sealed class PostgreSqlShardsTests(Stores stores) : IClassFixture<Stores>
{
    // As a writer of the first stay holds the shard.
    private const string Held = "SELECT leasequery_held_1(ARRAY[0], ARRAY[2::bigint])";
    private const string WaitsForShard = "wait_event_type = 'Lock' AND wait_event = 'advisory'";

    private static readonly ShardMap Map = new(4);
    private static readonly string Address = AddressIn(0);
    private static readonly string Elsewhere = AddressIn(1);

    [DatabaseFact]
    public async Task What_comes_late_is_refused_for_the_shard_that_was_taken_and_for_no_other()
    {
        var settings = stores.Settings(stores.NewDatabase());
        using var a = Open(settings);
        using var b = Open(settings);
        var (taken, kept) = (await TakeAsync(a, 0), await TakeAsync(a, 1));
        Assert.Equal([null, null], Commit(a, Write(taken, Row(Address, 1)), Write(kept, Row(Elsewhere, 1))));

        var tenure = await TakeAsync(b, 0);
        Assert.Equal(1, await NumberAsync(b));

        var refusals = Commit(a, Write(taken, Row(Address, 2)), Write(kept, Row(Elsewhere, 2)));
        Assert.IsType<SupersededWriterException>(refusals[0]);
        Assert.Null(refusals[1]);
        Assert.Equal(1, await NumberAsync(b));
        Assert.Equal([null], Commit(b, Write(tenure, Row(Address, 2))));
    }

    [DatabaseFact]
    public async Task Who_is_late_and_stale_is_told_of_the_shard_and_who_is_only_stale_of_the_address()
    {
        var settings = stores.Settings(stores.NewDatabase());
        using var a = Open(settings);
        using var b = Open(settings);
        var earlier = await TakeAsync(a, 0);
        var later = await TakeAsync(b, 0);
        Commit(b, Write(later, Row(Address, 5, later: 1)));

        Assert.IsType<SupersededWriterException>(Commit(a, Write(earlier, Row(Address, 5)))[0]);
        Assert.IsType<StaleWriterException>(Commit(b, Write(later, Row(Address, 4)))[0]);
    }

    [DatabaseFact]
    public async Task One_transaction_may_hold_writes_of_an_earlier_stay_and_of_this_one()
    {
        using var a = Open(stores.Settings(stores.NewDatabase()));
        var (earlier, later) = (await TakeAsync(a, 0), await TakeAsync(a, 0));

        var refusals = Commit(a, Write(earlier, Row(AddressIn(0, 1), 1)), Write(later, Row(AddressIn(0, 2), 1)),
            Write(earlier, Row(Address, 1)), Write(later, Row(Address, 2), Row(Address, 3)));

        Assert.Equal([true, false, true, false], refusals.Select(refusal => refusal is SupersededWriterException));
    }

    [DatabaseFact]
    public async Task A_commit_that_is_under_way_is_waited_for_and_seen()
    {
        var database = stores.NewDatabase();
        using var a = Open(stores.Settings(database));
        using var b = Open(stores.Settings(database));
        var tenure = await TakeAsync(a, 0);
        Commit(a, Write(tenure, Row(Address, 1)));
        var holds = Hold(database, "SELECT FROM journal FOR UPDATE");
        await stores.UntilAsync(database, "wait_event = 'PgSleep'");

        var commit = Task.Run(() => Commit(a, Write(tenure, Row(Address, 2))));
        await stores.UntilAsync(database, "query LIKE 'INSERT%' AND wait_event = 'transactionid'");
        var take = TakeAsync(b, 0);
        await stores.UntilAsync(database, WaitsForShard);
        Assert.False(take.IsCompleted);
        await EndAsync(database, holds);

        Assert.Equal([null], await commit);
        await take;
        Assert.Equal(2, await NumberAsync(b));
    }

    [DatabaseFact] // What a statement sees is older than the lock that it waits for: a look within one statement would let it in.
    public async Task A_commit_that_waits_while_the_shard_is_taken_is_refused()
    {
        var database = stores.NewDatabase();
        using var a = Open(stores.Settings(database));
        using var b = Open(stores.Settings(database));
        var tenure = await TakeAsync(a, 0);
        Commit(a, Write(tenure, Row(Address, 1)));
        var holds = Hold(database, Held);
        await stores.UntilAsync(database, "wait_event = 'PgSleep'");

        var take = TakeAsync(b, 0);
        await stores.UntilAsync(database, $"query LIKE 'WITH%' AND {WaitsForShard}");
        var commit = Task.Run(() => Commit(a, Write(tenure, Row(Address, 2))));
        await stores.UntilAsync(database, $"query LIKE 'INSERT%' AND {WaitsForShard}");
        await EndAsync(database, holds);

        await take;
        Assert.IsType<SupersededWriterException>((await commit)[0]);
        Assert.Equal(1, await NumberAsync(b));
    }

    [DatabaseFact]
    public async Task Whenever_a_commit_comes_it_is_refused_or_the_new_owner_reads_it()
    {
        const int rounds = 200; // at least: until both have happened
        var settings = stores.Settings(stores.NewDatabase());
        using var a = Open(settings);
        using var b = Open(settings);
        using var session = a.OpenSession();
        var (stored, refused) = (0, 0);
        var started = Stopwatch.GetTimestamp();
        for (var round = 1; round <= rounds || (stored * refused == 0 && IsInTime()); round++)
        {
            var write = Write(await TakeAsync(a, 0), Row(Address, round));
            var commit = Task.Run(() => session.Commit([write]));
            if (round % 2 == 0)
                await Task.Yield();
            await TakeAsync(b, 0);
            var seen = await NumberAsync(b);
            await commit;

            Assert.Equal(write.Refusal is null, seen == round);
            (stored, refused) = write.Refusal is null ? (stored + 1, refused) : (stored, refused + 1);
        }

        Assert.True(stored > 0 && refused > 0, $"{stored} were stored and {refused} refused: the race was none");

        bool IsInTime() => Stopwatch.GetElapsedTime(started) < Deadlines.Answer;
    }

    [DatabaseFact]
    public async Task A_write_that_is_tried_again_over_a_new_connection_is_as_late_as_before()
    {
        var database = stores.NewDatabase();
        using var a = Open(stores.Settings(database));
        using var b = Open(stores.Settings(database));
        var tenure = await TakeAsync(a, 0);
        using var session = a.OpenSession();
        session.Commit([Write(tenure, Row(Address, 1))]);
        await TakeAsync(b, 0);
        stores.EndSessions(database, "query LIKE 'INSERT%'");

        var late = Write(tenure, Row(Address, 2));
        session.Commit([late]);

        Assert.IsType<SupersededWriterException>(late.Refusal);
        Assert.Equal(1, await NumberAsync(b));
    }

    [DatabaseFact]
    public async Task A_writer_that_stands_still_in_the_middle_of_a_transaction_does_not_keep_a_shard()
    {
        var database = stores.NewDatabase();
        using var b = Open(stores.Settings(database));
        await TakeAsync(b, 0);
        await using var writing = PostgreSqlConnections.ForWriting(stores.Settings(database).PostgreSql, Map.Count, true);
        await using var connection = await writing.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new Npgsql.NpgsqlCommand(Held, connection);
        await command.ExecuteNonQueryAsync();

        await TakeAsync(b, 0); // within the patience of a command
    }

    [DatabaseFact]
    public async Task A_shard_is_this_nodes_from_when_it_is_taken_until_it_is_released()
    {
        using var a = Open(stores.Settings(stores.NewDatabase()));
        Assert.Null(a.TenureOf(Address));
        Assert.True(a.TenureOf("somebody-elses")!.IsEndless);
        var waits = a.TakenAsync(Address, CancellationToken.None);
        Assert.False(waits.IsCompleted);

        var earlier = await TakeAsync(a, 0);
        await waits;
        Assert.Same(earlier, a.TenureOf(Address));
        Assert.Null(a.TenureOf(Elsewhere));

        var later = await TakeAsync(a, 0);
        a.Release(earlier); // somebody else's by now
        Assert.Same(later, a.TenureOf(Address));
        a.Release(later);
        Assert.Null(a.TenureOf(Address));
    }

    [DatabaseFact]
    public async Task Who_waits_for_a_shard_hears_why_it_cannot_be_taken()
    {
        using var a = Open(stores.Settings("nowhere"));
        var waits = a.TakenAsync(Address, CancellationToken.None);

        await Assert.ThrowsAsync<PostgreSqlException>(() => TakeAsync(a, 0));

        Assert.Contains("\"nowhere\" does not exist", (await Assert.ThrowsAsync<PostgreSqlException>(() => waits)).Message);
        Assert.False(a.TakenAsync(Address, CancellationToken.None).IsCompleted); // until the next try
    }

    private Task Hold(string database, string sql) =>
        Task.Run(() => stores.Server.Execute($"BEGIN; {sql}; SELECT pg_sleep(60); COMMIT", database));

    private async Task EndAsync(string database, Task holds)
    {
        stores.EndSessions(database, "wait_event = 'PgSleep'");
        await Assert.ThrowsAnyAsync<Exception>(() => holds);
    }

    private static Task<ShardTenure> TakeAsync(PostgreSqlStore store, int shard) =>
        store.TakeAsync(shard, CancellationToken.None);

    private static async Task<long?> NumberAsync(PostgreSqlStore store) =>
        (await store.ReadNewestAsync(Address, CancellationToken.None))?.SequenceNumber;

    private static Exception?[] Commit(PostgreSqlStore store, params AwaitedWrite[] batch)
    {
        using var session = store.OpenSession();
        session.Commit(batch);
        return [.. batch.Select(write => write.Refusal)];
    }

    private static string AddressIn(int shard, int place = 0)
    {
        var stripe = Enumerable.Range(0, 4096).Select(i => new Ipv4Address(0x0a000000u + (uint)(i << 32 - ShardMap.StripeLength)))
            .First(address => Map.ShardOf(address) == shard);
        return $"address-{stripe.Value + (uint)place:x8}";
    }
}
