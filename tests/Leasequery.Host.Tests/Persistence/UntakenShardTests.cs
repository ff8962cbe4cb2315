using Akka.Actor;
using Leasequery.Actors.Settings;
using Leasequery.Host.Persistence.Sqlite;
using static Leasequery.Host.Tests.Persistence.Keepers;

namespace Leasequery.Host.Tests.Persistence;

/// <summary>Actors that start from the store wait until their shard is taken, but not for a shard that is not here.</summary>
public sealed class UntakenShardTests : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("leasequery-untaken-");
    private readonly UntakenStore _store;
    private readonly JournalNode _node;

    public UntakenShardTests()
    {
        _store = new UntakenStore(SqliteStore.Open(new StoreSettings(_directory.FullName, false, 100, TimeSpan.FromSeconds(1))));
        _node = new JournalNode(_store);
    }

    public Task InitializeAsync() => _node.StartAsync();

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Fact] // whoever hands the shard over waits for them
    public async Task Where_the_shard_is_not_here_they_give_up()
    {
        var actor = _node.Start(Subscriber);
        Assert.True(await actor.WatchAsync().WaitAsync(Deadlines.Answer));
        Assert.Null(_node.Health.Failure); // the store is well
    }

    [Fact]
    public async Task When_the_shard_goes_while_they_wait_they_give_up()
    {
        _node.Table.Begin(0);
        var actor = _node.Start(Subscriber);
        await _store.Asked.WaitAsync(Deadlines.Answer);
        _node.Table.Drop(0);
        Assert.True(await actor.WatchAsync().WaitAsync(Deadlines.Answer));
    }

    [Fact]
    public async Task When_the_shard_is_taken_while_they_wait_they_start()
    {
        _node.Table.Begin(0);
        var state = Ask(_node.Start(Subscriber));
        await _store.Asked.WaitAsync(Deadlines.Answer);
        _store.Take();
        Assert.Equal((0L, null), await state);
    }
}
