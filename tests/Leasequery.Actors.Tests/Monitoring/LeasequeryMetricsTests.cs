using Leasequery.Actors.Addresses;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Tests.Support;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Monitoring;

public sealed class LeasequeryMetricsTests : IDisposable
{
    private readonly Node _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void What_threads_count_is_summed()
    {
        foreach (var thread in new[] { _node.Metrics.AddThread(), _node.Metrics.AddThread() })
        {
            thread.Received(DatagramKind.Query);
            thread.Dropped(DhcpParseError.TooShort);
            thread.Answered(LeasequeryDialect.Draft4, LeasequeryOutcome.Leased);
            thread.SettledByTable();
            thread.AskedActor();
            thread.AskedNode(3);
            thread.LookedUp(LookUpResult.Table, 4);
            thread.LookedUp(LookUpResult.Actor);
            thread.Gleaned(GleanResult.Unchanged);
            thread.SegmentsSent(64);
            thread.SegmentsReceived(3);
            thread.Dropped(IngressDrop.ReceiveBufferFull, 50);
        }

        Assert.Equal(
            new Dictionary<string, long>
            {
                ["leasequery.datagrams kind=query"] = 2,
                ["leasequery.drops reason=too-short"] = 2,
                ["leasequery.drops reason=receive-buffer-full"] = 100,
                ["leasequery.segments direction=sent"] = 128,
                ["leasequery.segments direction=received"] = 6,
                ["leasequery.answers dialect=draft-4 outcome=leased"] = 2,
                ["leasequery.queries path=table"] = 2,
                ["leasequery.queries path=actor"] = 2,
                ["leasequery.queries path=node"] = 6,
                ["leasequery.lookups result=table"] = 8,
                ["leasequery.lookups result=actor"] = 2,
                ["leasequery.gleaned result=unchanged"] = 2,
                ["leasequery.store.available"] = 1,
            },
            _node.Meters.All().Where(measured => measured.Value != 0).ToDictionary());
    }

    [Fact]
    public void Every_series_is_there_from_the_start() // a rate over a series that appears with its first event misses that event
    {
        var series = _node.Meters.All();
        Assert.All(DropReason.All, reason => Assert.Equal(0, series[$"leasequery.drops reason={reason.Label}"]));
        Assert.Equal(16, series.Keys.Count(key => key.StartsWith("leasequery.answers ", StringComparison.Ordinal)));
        Assert.Equal(4, series.Keys.Count(key => key.StartsWith("leasequery.datagrams ", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_table_tells_its_size()
    {
        _node.WithAllShards().Table.Publish(Bound, 1);
        Assert.Equal(1, _node.Meters.Read("leasequery.table.records"));
        Assert.Equal(256 * 128, _node.Meters.Read("leasequery.table.memory")); // a page
        Assert.Equal(4, _node.Meters.Read("leasequery.table.shards"));
    }

    [Fact]
    public void The_store_tells_whether_it_takes_events()
    {
        _node.Metrics.EventsStored(3);
        _node.Store.ReportFailure(new IOException("disk full"));
        Assert.Equal((3, 0), (_node.Meters.Read("leasequery.events.stored"), _node.Meters.Read("leasequery.store.available")));
        _node.Store.ReportSuccess();
        Assert.Equal(1, _node.Meters.Read("leasequery.store.available"));
    }

    [Fact]
    public void What_the_store_refuses_is_counted_by_its_reason()
    {
        Assert.Equal(0, _node.Meters.Read("leasequery.events.refused reason=superseded"));
        _node.Metrics.EventsRefused(stale: 2, superseded: 3);
        Assert.Equal(2, _node.Meters.Read("leasequery.events.refused reason=stale"));
        Assert.Equal(3, _node.Meters.Read("leasequery.events.refused reason=superseded"));
    }
}
