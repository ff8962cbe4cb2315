using Akka.Actor;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Settings;
using Leasequery.Host.Persistence.Sqlite;
using Leasequery.Wire;
using Microsoft.Data.Sqlite;
using static Leasequery.Host.Tests.Persistence.Keepers;

namespace Leasequery.Host.Tests.Persistence;

/// <summary>The journal under persistent actors, with the real store beneath it and the table beside it.</summary>
public sealed class LeasequeryJournalTests : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("leasequery-journal-");
    private readonly SqliteStore _store;
    private readonly ForgetfulStore _forgetful;
    private readonly JournalNode _node;

    public LeasequeryJournalTests()
    {
        _store = SqliteStore.Open(new StoreSettings(_directory.FullName, false, 100, TimeSpan.FromSeconds(1)));
        _forgetful = new ForgetfulStore(_store);
        _node = new JournalNode(_forgetful);
    }

    private LocationTable Table => _node.Table;

    public Task InitializeAsync() => _node.StartAsync();

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task What_an_actor_stores_is_read_by_the_next_one_out_of_the_store()
    {
        var first = Start();
        Assert.Equal("stored 1", await Persist(first, Lease(until: 100)));
        Assert.Equal("stored 2", await Persist(first, Lease(until: 200)));
        await first.GracefulStop(Deadlines.Answer);

        Assert.Equal((2L, Lease(until: 200)), await Ask(Start())); // the table has no such shard, so it was not that
    }

    [Fact]
    public async Task An_actor_starts_from_its_record_in_the_table_and_goes_on_from_there()
    {
        Table.Begin(0);
        var first = Start();
        await Persist(first, Lease(until: 100));
        await Persist(first, Lease(until: 200));
        await first.GracefulStop(Deadlines.Answer);
        Table.Publish(Lease(until: 200), 2);
        Execute("ALTER TABLE journal RENAME TO away"); // whoever reads the store fails

        var second = Start();
        Assert.Equal((2L, Lease(until: 200)), await Ask(second));
        Execute("ALTER TABLE away RENAME TO journal");
        Assert.Equal("stored 3", await Persist(second, Lease(until: 300)));
    }

    [Fact]
    public async Task In_a_complete_shard_an_address_without_a_record_is_new()
    {
        var other = Ipv4Address.Parse("10.0.0.9");
        await Persist(_node.Start(other), Lease(until: 1) with { Address = other }); // the tables are there
        Table.Begin(0);
        Table.Complete(0);
        Execute("ALTER TABLE journal RENAME TO away");

        var actor = Start();
        Assert.Equal((0L, null), await Ask(actor));
        Execute("ALTER TABLE away RENAME TO journal");
        Assert.Equal("stored 1", await Persist(actor, Lease(until: 100)));
    }

    // The scheduler's wheel comes soon to where it puts them: until then it keeps the actor that has cancelled them.
    [Fact]
    public void The_timers_of_a_recovery_are_forgotten_soon_after_it()
    {
        var settings = _node.System.Settings.Config;
        var turn = settings.GetInt("akka.scheduler.ticks-per-wheel") * settings.GetTimeSpan("akka.scheduler.tick-duration");
        var limit = settings.GetTimeSpan("akka.persistence.journal.leasequery.recovery-event-timeout");

        Assert.InRange(limit, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(31));
        Assert.InRange(limit.Ticks % turn.Ticks, TimeSpan.FromMilliseconds(50).Ticks, TimeSpan.FromMilliseconds(250).Ticks);
    }

    [Theory]
    [InlineData(true)] // a record that is behind the store
    [InlineData(false)] // none, where there should be one
    public async Task Who_starts_from_a_stale_record_stores_nothing_and_the_next_one_starts_from_the_store(bool hasRecord)
    {
        var first = Start();
        for (var number = 1u; number <= 5; number++)
            await Persist(first, Lease(until: number));
        await first.GracefulStop(Deadlines.Answer);
        Table.Begin(0);
        Table.Complete(0);
        if (hasRecord)
            Table.Publish(Lease(until: 3), 3);

        var stale = Start();
        Assert.Equal(hasRecord ? (3L, Lease(until: 3)) : (0L, null), await Ask(stale));
        var isGone = stale.WatchAsync();
        Assert.Equal("failed", await Persist(stale, Lease(until: 99)));
        Assert.True(await isGone.WaitAsync(Deadlines.Answer));

        var next = Start();
        Assert.Equal((5L, Lease(until: 5)), await Ask(next));
        Assert.Equal("stored 6", await Persist(next, Lease(until: 100)));
        Assert.Null(_node.Health.Failure); // the store is well; only the record was late
    }

    [Theory]
    [InlineData("manifest = 'bound-2'")] // of a later version
    [InlineData("message = x'0a0000'")] // damaged
    [InlineData("identifier = 4389")]
    [InlineData("identifier = NULL")]
    [InlineData("manifest = NULL")]
    [InlineData("message = x''")]
    public async Task An_actor_whose_row_cannot_be_read_starts_with_its_number_and_writes_it_over(string damage)
    {
        var first = Start();
        await Persist(first, Lease(until: 100));
        await Persist(first, Lease(until: 200));
        await first.GracefulStop(Deadlines.Answer);
        Execute($"UPDATE journal SET {damage}");

        var second = Start();
        Assert.Equal((2L, null), await Ask(second));
        Assert.Equal("stored 3", await Persist(second, Lease(until: 300)));
        await second.GracefulStop(Deadlines.Answer);
        Assert.Equal((3L, Lease(until: 300)), await Ask(Start()));
        Assert.Null(_node.Health.Failure);
    }

    [Fact]
    public async Task A_store_that_is_away_rejects_and_the_actor_goes_on()
    {
        var actor = Start();
        await Persist(actor, Lease(until: 1));
        Execute("ALTER TABLE journal RENAME TO away");
        Assert.Equal("rejected", await Persist(actor, Lease(until: 2)));

        Execute("ALTER TABLE away RENAME TO journal");
        Assert.Equal("stored 3", await Persist(actor, Lease(until: 3)));
    }

    [Fact]
    public async Task Who_starts_after_a_commit_whose_answer_was_lost_starts_from_the_store()
    {
        Table.Begin(0);
        Table.Complete(0);
        var first = Start();
        await Persist(first, Lease(until: 100));
        Table.Publish(Lease(until: 100), 1);
        _forgetful.Forgets = true;
        Assert.Equal("rejected", await Persist(first, Lease(until: 200))); // it is stored all the same
        await first.GracefulStop(Deadlines.Answer);

        Assert.True(await Start().WatchAsync().WaitAsync(Deadlines.Answer)); // the database is still away
        _forgetful.Forgets = false;
        var next = Start();
        Assert.Equal((2L, Lease(until: 200)), await Ask(next));
        Assert.Equal("stored 3", await Persist(next, Lease(until: 300)));
        await next.GracefulStop(Deadlines.Answer);
        Table.Publish(Lease(until: 300), 3);
        Execute("ALTER TABLE journal RENAME TO away"); // whoever reads the store fails
        Assert.Equal((3L, Lease(until: 300)), await Ask(Start()));
    }

    // Of Akka.Persistence.Sql's, which holds 5,000 and has the others fail. An actor has one event under way, so it takes as many
    // actors; each asks twice, so that the second event of one comes while the first ones of others wait.
    [Fact]
    public async Task More_events_at_once_than_the_base_class_buffers_stop_no_actor()
    {
        Table.Begin(0);
        Table.Complete(0); // so that all of them start at once
        var first = Ipv4Address.Parse("10.0.16.0").Value;
        var results = await Task.WhenAll(Enumerable.Range(0, 6_000).Select(i => new Ipv4Address(first + (uint)i))
            .Select(address => (Actor: _node.Start(address), Lease: Lease(until: 100) with { Address = address }))
            .SelectMany(one => new[] { Persist(one.Actor, one.Lease), Persist(one.Actor, one.Lease) }));

        Assert.Equal(6_000, results.Count(result => result == "stored 1"));
        Assert.Equal(6_000, results.Count(result => result == "stored 2"));
    }

    private IActorRef Start() => _node.Start(Subscriber);

    private void Execute(string sql)
    {
        using var connection = _store.Connect();
        using var command = new SqliteCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
