using Leasequery.Actors;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Stores;
using Leasequery.Host.Persistence;
using Leasequery.Wire;

namespace Leasequery.Host.Tests.Persistence;

/// <summary>A store that is away when the service starts, and comes, or turns out to be another's.</summary>
public sealed class StoreCheckTests
{
    private static readonly SettingsException Other = new("leasequery.addresses.shards", "8", "4, as the others have it");

    private readonly StoreHealth _health = Checks.Health();
    private readonly ServiceEnd _end = Checks.End();

    [Fact]
    public async Task A_store_that_is_there_is_reached_before_anything_starts()
    {
        await Of(new LateStore()).StartAsync(CancellationToken.None);
        Assert.True(_health.Reached.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task One_that_is_away_holds_nothing_up_and_is_looked_for_until_it_is_reached()
    {
        var store = new LateStore { Outcome = new IOException("password authentication failed") };
        var check = Of(store);
        await check.StartAsync(CancellationToken.None).WaitAsync(Deadlines.Service);
        await check.StartAsync(CancellationToken.None).WaitAsync(Deadlines.Service); // once is enough
        Assert.Equal("password authentication failed", _health.Absence);
        Assert.False(_health.Reached.IsCompleted);

        store.Outcome = null;
        await _health.Reached.WaitAsync(Deadlines.Service);
        Assert.Null(_health.Absence);
        await check.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task One_that_is_not_ours_when_it_comes_is_waited_for_and_then_ends_the_service_with_the_setting()
    {
        var store = new LateStore { Outcome = new IOException("refused") };
        var check = Of(store, TimeSpan.FromSeconds(1.5));
        await check.StartAsync(CancellationToken.None).WaitAsync(Deadlines.Service);
        Assert.Null(_end.Refusal);

        store.Outcome = Other;
        var stopping = new TaskCompletionSource();
        using var told = _end.Stopping.Register(stopping.SetResult);
        await stopping.Task.WaitAsync(Deadlines.Service);
        Assert.Same(Other, _end.Refusal);
        Assert.Equal(Other.Message, _end.Unplanned);
        Assert.False(_health.Reached.IsCompleted);
    }

    [Fact]
    public async Task Who_ends_looks_no_longer()
    {
        var store = new LateStore { Outcome = new IOException("refused") };
        var check = Of(store);
        await check.StartAsync(CancellationToken.None).WaitAsync(Deadlines.Service);
        await check.StopAsync(CancellationToken.None).WaitAsync(Deadlines.Service);
        Assert.False(_health.Reached.IsCompleted);
    }

    private StoreCheck Of(LateStore store, TimeSpan? patience = null) =>
        Checks.Of(store, _health, _end, patience: patience);

    /// <summary>A store that is looked at, and nothing else.</summary>
    private sealed class LateStore : IJournalStore
    {
        private volatile Exception? _outcome;

        /// <summary>What comes of a look; null where all is well.</summary>
        public Exception? Outcome
        {
            get => _outcome;
            set => _outcome = value;
        }

        public string ProviderName => "";

        public string ConnectionString => "";

        public int Writers => 1;

        public Task CheckAsync(CancellationToken stop) => Outcome is { } cause ? Task.FromException(cause) : Task.CompletedTask;

        public Task<JournalRow?> ReadNewestAsync(string persistenceId, CancellationToken stop) =>
            throw new NotSupportedException();

        public Task ReadNewestAsync(IReadOnlyList<(Ipv4Address First, Ipv4Address Last)> ranges, TakeStoredEvent take,
            CancellationToken stop) => throw new NotSupportedException();

        public IJournalSession OpenSession() => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
