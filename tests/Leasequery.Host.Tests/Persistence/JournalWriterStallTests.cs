using Leasequery.Actors.Locations;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Stores;
using Leasequery.Host.Persistence;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leasequery.Host.Tests.Persistence;

/// <summary>What the writer does while a commit neither ends nor fails.</summary>
public sealed class JournalWriterStallTests : IDisposable
{
    private const int MaxWaiting = 10;

    private readonly HangingStore _store = new();
    private readonly StoreHealth _health = new(TimeProvider.System, TimeSpan.FromSeconds(1), NullLogger<StoreHealth>.Instance);
    private readonly LocationTable _table = new(new ShardMap(1));
    private readonly LeasequeryMetrics _metrics;
    private readonly StillClock _clock = new();
    private readonly JournalWriter _writer;
    private int _addresses;

    public JournalWriterStallTests()
    {
        _metrics = new LeasequeryMetrics(_table, _health, NullLogger<LeasequeryMetrics>.Instance);
        var limits = new JournalLimits(100, MaxWaiting)
        {
            StallAfter = TimeSpan.FromSeconds(5),
            EndPatience = TimeSpan.FromMilliseconds(50),
        };
        _writer = new JournalWriter(_store, limits, _health, _metrics, Touch.Always(TimeProvider.System), _clock);
    }

    public void Dispose()
    {
        _store.ComeBack();
        _writer.Dispose();
        _metrics.Dispose();
        _table.Dispose();
    }

    [Fact]
    public async Task As_many_wait_as_may_and_what_comes_beyond_is_rejected_at_once()
    {
        var hanging = HangOne();
        var waiting = Enumerable.Range(0, MaxWaiting).Select(_ => Write()).ToList();

        Assert.IsType<StoreBusyException>(await Write().WaitAsync(Deadlines.Answer));
        Assert.All(waiting, write => Assert.False(write.IsCompleted));
        Assert.Null(_health.Failure); // a burst is no failure

        _store.ComeBack();
        Assert.All(await Task.WhenAll([hanging, .. waiting]).WaitAsync(Deadlines.Answer), Assert.Null);
    }

    [Fact]
    public async Task A_store_that_takes_nothing_for_a_while_counts_as_failed_until_it_does()
    {
        _ = HangOne();
        var waiting = Write();
        _clock.Seconds += 4;
        var second = Write();
        Assert.Null(_health.Failure); // a slow disk is no failure either

        _clock.Seconds += 1;
        Assert.IsType<StoreStalledException>(await Write().WaitAsync(Deadlines.Answer));
        Assert.Contains("nothing for 5 s", _health.Failure);
        Assert.False(_health.Admits());

        _store.ComeBack();
        Assert.All(await Task.WhenAll(waiting, second).WaitAsync(Deadlines.Answer), Assert.Null);
        Assert.Null(_health.Failure);
        Assert.Null(await Write().WaitAsync(Deadlines.Answer));
    }

    [Fact] // nothing waited for it meanwhile, so nothing was kept waiting
    public void What_comes_first_after_a_long_silence_is_let_in()
    {
        _ = HangOne();
        _clock.Seconds += 100;
        Assert.False(Write().IsCompleted);
        Assert.Null(_health.Failure);
    }

    [Fact]
    public async Task The_end_does_not_wait_for_ever_and_rejects_what_waits()
    {
        _ = HangOne();
        var waiting = Write();

        await Task.Run(_writer.Dispose).WaitAsync(Deadlines.Answer);

        Assert.IsType<StoreStalledException>(await waiting.WaitAsync(Deadlines.Answer));
    }

    // The writer is at it, and does not come back.
    private Task<Exception?> HangOne()
    {
        var write = Write();
        Assert.True(_store.Hangs.Wait(Deadlines.Answer), "the writer takes the event");
        return write;
    }

    private Task<Exception?> Write() =>
        _writer.WriteAsync([new JournalRow($"address-{++_addresses:x8}", 1, 0, 4388, "test", [1])]);

    private sealed class StillClock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
