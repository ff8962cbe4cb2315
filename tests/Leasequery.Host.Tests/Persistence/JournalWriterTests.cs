using Leasequery.Actors.Locations;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Stores;
using Leasequery.Host.Persistence;
using Leasequery.Host.Persistence.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leasequery.Host.Tests.Persistence;

public sealed class JournalWriterTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("leasequery-journal-");
    private readonly SqliteStore _store;
    private readonly StoreHealth _health = new(TimeProvider.System, TimeSpan.FromSeconds(1), NullLogger<StoreHealth>.Instance);
    private readonly LocationTable _table = new(new ShardMap(1));
    private readonly LeasequeryMetrics _metrics;
    private readonly StillClock _clock = new();
    private readonly Touch _touch;
    private readonly JournalWriter _writer;

    public JournalWriterTests()
    {
        _store = SqliteStore.Open(Settings(_directory.FullName));
        _metrics = new LeasequeryMetrics(_table, _health, NullLogger<LeasequeryMetrics>.Instance);
        _touch = new Touch(_clock, TimeSpan.FromSeconds(4));
        _touch.Confirm(0);
        _writer = new JournalWriter(_store, new JournalLimits(100, 20_000), _health, _metrics, _touch, TimeProvider.System);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _metrics.Dispose();
        _store.Dispose();
        _table.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task An_address_has_one_row_however_often_it_is_renewed()
    {
        for (var number = 1; number <= 100; number++)
            Assert.Null(await _writer.WriteAsync([Row("address-0a000001", number)]));

        Assert.Equal(1, Count("SELECT count(*) FROM journal"));
        Assert.Equal(100, Count("SELECT sequence_number FROM journal"));
    }

    [Fact]
    public async Task A_node_that_lost_touch_with_its_cluster_stores_nothing_until_it_is_in_touch_again()
    {
        _clock.Seconds = 4;
        Assert.IsType<OutOfTouchException>(await _writer.WriteAsync([Row("address-0a000001", 1)]));
        Assert.Equal(0, Count("SELECT count(*) FROM journal"));
        Assert.True(_health.Failure is null);

        _touch.Confirm(1);
        Assert.Null(await _writer.WriteAsync([Row("address-0a000001", 1)]));
    }

    [Fact]
    public async Task The_newest_row_is_what_is_read()
    {
        await _writer.WriteAsync([Row("address-0a000001", 1)]);
        await _writer.WriteAsync([Row("address-0a000001", 2)]);

        var newest = await _store.ReadNewestAsync("address-0a000001", CancellationToken.None);

        Assert.Equal(2, newest!.SequenceNumber);
        Assert.Equal([2], newest.Message);
        Assert.Null(await _store.ReadNewestAsync("address-0a000002", CancellationToken.None));
    }

    [Theory]
    [InlineData(5)] // the same number: two actors started from one row
    [InlineData(3)] // an earlier one: somebody went on from an old record
    public async Task Who_decided_on_stale_state_fails_and_changes_nothing(long number)
    {
        await _writer.WriteAsync([Row("address-0a000001", 5)]);

        await Assert.ThrowsAsync<StaleWriterException>(() => _writer.WriteAsync([Row("address-0a000001", number, content: 99)]));

        var newest = await _store.ReadNewestAsync("address-0a000001", CancellationToken.None);
        Assert.Equal((5L, (byte)5), (newest!.SequenceNumber, newest.Message[0]));
        Assert.Null(_health.Failure); // the store is well; only the writer was late
    }

    [Fact]
    public async Task A_stale_writer_does_not_take_others_of_its_transaction_along()
    {
        await _writer.WriteAsync([Row("address-0a000001", 5)]);

        var writes = new[] { Row("address-0a000001", 5), Row("address-0a000002", 1), Row("address-0a000003", 1) }
            .Select(row => _writer.WriteAsync([row])).ToArray();

        await Assert.ThrowsAsync<StaleWriterException>(() => writes[0]);
        Assert.Null(await writes[1]);
        Assert.Null(await writes[2]);
    }

    [Fact]
    public async Task A_store_that_fails_rejects_and_says_why_and_is_well_again_when_it_takes_an_event()
    {
        Execute("ALTER TABLE journal RENAME TO gone");

        var cause = await _writer.WriteAsync([Row("address-0a000001", 1)]);

        Assert.Contains("no such table", cause!.Message);
        Assert.Contains("no such table", _health.Failure);

        Execute("ALTER TABLE gone RENAME TO journal");
        Assert.Null(await _writer.WriteAsync([Row("address-0a000001", 2)]));
        Assert.Null(_health.Failure);
    }

    [Fact]
    public async Task What_waits_is_written_before_the_end()
    {
        var writes = Enumerable.Range(1, 1000).Select(i => _writer.WriteAsync([Row($"address-{i:x8}", 1)])).ToArray();

        _writer.Dispose();

        Assert.All(await Task.WhenAll(writes), Assert.Null);
        Assert.Equal(1000, Count("SELECT count(*) FROM journal"));
    }

    private static StoreSettings Settings(string directory) => new(directory, true, 100, TimeSpan.FromSeconds(1));

    private static JournalRow Row(string id, long number, byte? content = null) =>
        new(id, number, 0, 4388, "test", [content ?? (byte)number]);

    private void Execute(string sql)
    {
        using var connection = _store.Connect();
        using var command = new SqliteCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private long Count(string sql)
    {
        using var connection = _store.Connect();
        using var command = new SqliteCommand(sql, connection);
        return (long)command.ExecuteScalar()!;
    }

    private sealed class StillClock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
