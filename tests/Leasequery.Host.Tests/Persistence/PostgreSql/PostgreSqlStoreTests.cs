using Leasequery.Actors.Serialization;
using Leasequery.Domain.Bindings;
using Leasequery.Host.Persistence;
using Leasequery.Host.Persistence.PostgreSql;
using Leasequery.Tests.Databases;
using Leasequery.Wire;
using static Leasequery.Host.Tests.Persistence.PostgreSql.Stores;

namespace Leasequery.Host.Tests.Persistence.PostgreSql;

public sealed class PostgreSqlStoreTests(Stores stores) : IClassFixture<Stores>
{
    private const string A = "address-0a000001";
    private const string B = "address-0a000002";

    [DatabaseFact]
    public async Task An_address_has_one_row_however_often_it_is_renewed()
    {
        var database = stores.NewDatabase();
        using var store = Open(stores.Settings(database));

        for (var number = 1; number <= 100; number++)
            Assert.Equal([false, false], Commit(store, [Row(B, number)], [Row(A, number)]));

        Assert.Equal("2", stores.Server.Execute("SELECT count(*) FROM journal", database));
        var newest = (await store.ReadNewestAsync(A, CancellationToken.None))!;
        Assert.Equal(Row(A, 100) with { Message = newest.Message }, newest);
        Assert.Equal([100], newest.Message);
        Assert.Null(await store.ReadNewestAsync("address-0a000003", CancellationToken.None));
    }

    [DatabaseFact]
    public async Task Who_decided_on_stale_state_changes_nothing_and_takes_nobody_along()
    {
        using var store = Open(stores.Settings(stores.NewDatabase()));
        Commit(store, [Row(A, 5)]);

        Assert.Equal([true, false], Commit(store, [Row(A, 5, 99, later: 1)], [Row(B, 1)]));
        Assert.Equal([true], Commit(store, [Row(A, 3, 99)]));

        Assert.Equal([5], (await store.ReadNewestAsync(A, CancellationToken.None))!.Message);
        Assert.Equal([1], (await store.ReadNewestAsync(B, CancellationToken.None))!.Message);
    }

    [DatabaseFact]
    public void What_is_stored_already_as_its_writer_wrote_it_is_stored()
    {
        using var store = Open(stores.Settings(stores.NewDatabase()));
        Commit(store, [Row(A, 5)]);

        Assert.Equal([false, false], Commit(store, [Row(A, 5)], [Row(B, 1)]));
    }

    [DatabaseFact]
    public async Task One_transaction_may_hold_an_address_more_than_once()
    {
        using var store = Open(stores.Settings(stores.NewDatabase()));

        Assert.Equal([false, false, true, false],
            Commit(store, [Row(A, 2)], [Row(A, 1)], [Row(A, 2, 99)], [Row(B, 1), Row(B, 2)]));

        Assert.Equal([2], (await store.ReadNewestAsync(A, CancellationToken.None))!.Message);
        Assert.Equal([2], (await store.ReadNewestAsync(B, CancellationToken.None))!.Message);
    }

    [DatabaseFact]
    public async Task Two_nodes_that_write_the_same_addresses_at_once_never_undo_each_other()
    {
        const int addresses = 200, rounds = 30;
        var settings = stores.Settings(stores.NewDatabase());
        using var one = Open(settings);
        using var other = Open(settings);
        var ids = Enumerable.Range(0, addresses).Select(i => $"address-{i:x8}").ToArray();

        var stale = await Task.WhenAll(Write(one, 1, ids), Write(other, 2, [.. ids.Reverse()]));

        Assert.Equal(addresses * rounds, stale.Sum()); // of two events with one number, one is stale
        foreach (var id in ids)
            Assert.Equal(rounds, (await one.ReadNewestAsync(id, CancellationToken.None))!.SequenceNumber);

        static Task<int> Write(PostgreSqlStore store, long later, string[] ids) => Task.Run(() => Enumerable.Range(1, rounds)
            .Sum(number =>
                Commit(store, [.. ids.Select(id => new[] { Row(id, number, later: later) })]).Count(isStale => isStale)));
    }

    [DatabaseFact]
    public async Task Many_reads_at_once_each_get_their_own_row()
    {
        using var store = Open(stores.Settings(stores.NewDatabase()));
        Commit(store, [.. Enumerable.Range(0, 500).Select(i => new[] { Row($"address-{i:x8}", i + 1) })]);

        var rows = await Task.WhenAll(Enumerable.Range(0, 1000)
            .Select(i => store.ReadNewestAsync($"address-{i % 600:x8}", CancellationToken.None)));

        Assert.All(rows.Index(),
            row => Assert.Equal(row.Index % 600 < 500 ? row.Index % 600 + 1 : null, row.Item?.SequenceNumber));
    }

    [DatabaseFact] // In the order of English, digits and letters do not sort as bytes do.
    public async Task A_range_of_addresses_is_what_lies_in_it_whatever_the_order_of_the_database()
    {
        var database = stores.NewDatabase("TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'");
        using var store = Open(stores.Settings(database));
        var serializer = new LeasequerySerializer(null!); // the system is for messages only
        Commit(store,
            [.. Enumerable.Range(0, 0x300).Select(i => (JournalRow[])[Event(new Ipv4Address(0x0a00ff00u + (uint)i), i + 1)])]);
        var found = new SortedDictionary<Ipv4Address, long>();

        await store.ReadNewestAsync(
            [
                (Ipv4Address.Parse("10.0.255.250"), Ipv4Address.Parse("10.1.0.5")),
                (Ipv4Address.Parse("10.1.1.0"), Ipv4Address.Parse("10.1.1.0")),
            ],
            (manifest, message, number) => found.Add(LeasequerySerializer.ReadEvent(manifest, message).Binding.Address, number),
            CancellationToken.None);

        Assert.Equal([.. Enumerable.Range(0xfa, 12), 0x200], found.Keys.Select(address => (int)(address.Value - 0x0a00ff00)));
        Assert.All(found, entry => Assert.Equal(entry.Key.Value - 0x0a00ff00 + 1, entry.Value));
        Assert.Contains("Index Scan", stores.Server.Execute(
            "SET enable_seqscan = off; EXPLAIN SELECT FROM journal"
            + " WHERE persistence_id BETWEEN 'address-0a000000' AND 'address-0a00ffff'", database));

        JournalRow Event(Ipv4Address address, int number)
        {
            var happened = new LeaseEnded(new Binding(address, BindingState.Released, default, null, 1, 2, 3, 0, 0, default,
                default, OctetString.Empty, OctetString.Empty));
            return new JournalRow($"address-{address.Value:x8}", number, 0, 4388, serializer.Manifest(happened),
                serializer.ToBinary(happened));
        }
    }

    [DatabaseFact] // Compiling the plan took five times as long as reading a shard by it.
    public async Task No_session_has_its_plans_compiled_whatever_the_database_does()
    {
        var database = stores.NewDatabase();
        stores.Server.Execute($"ALTER DATABASE {database} SET jit = on");
        var settings = stores.Settings(database).PostgreSql;
        await using var reading = PostgreSqlConnections.ForReading(settings, shards: 4, most: 1);
        await using var writing = PostgreSqlConnections.ForWriting(settings, shards: 4, isSynchronousFull: true);

        Assert.Equal("off", await reading.CreateCommand("SHOW jit").ExecuteScalarAsync());
        Assert.Equal("off", await writing.CreateCommand("SHOW jit").ExecuteScalarAsync());
    }

    [DatabaseFact]
    public async Task A_renewal_touches_no_index()
    {
        var database = stores.NewDatabase();
        using (var store = Open(stores.Settings(database))) // a session that ends tells its counters
            for (var number = 1; number <= 50; number++)
                Commit(store, [.. Enumerable.Range(0, 200).Select(i => new[] { Row($"address-{i:x8}", number) })]);

        const string ofJournal = "FROM pg_stat_user_tables WHERE relname = 'journal'";
        await stores.UntilTrueAsync(database, $"SELECT n_tup_upd = 9800 {ofJournal}");
        Assert.InRange(long.Parse(stores.Server.Execute($"SELECT n_tup_hot_upd {ofJournal}", database)), 0.9 * 9800, 9800);
        Assert.True(long.Parse(stores.Server.Execute("SELECT pg_total_relation_size('journal')", database)) < 200 * 1000,
            "grows");
    }
}
