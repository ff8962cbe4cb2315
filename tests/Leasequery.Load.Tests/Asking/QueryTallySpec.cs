using Leasequery.Load.Asking;
using Leasequery.Load.Traffic;

namespace Leasequery.Load.Tests.Asking;

public class QueryTallySpec
{
    private const double Tolerance = 0.001; // three digits

    [Fact]
    public void Percentiles_are_those_of_the_latencies()
    {
        var tally = new QueryTally();
        for (var i = 1; i <= 1000; i++)
            tally.Add(Verdict.Right, i * Nanoclock.PerMillisecond);
        Assert.Equal(500, tally.Percentile(50), 500 * Tolerance);
        Assert.Equal(990, tally.Percentile(99), 990 * Tolerance);
        Assert.Equal(1000, tally.Percentile(100), 1000 * Tolerance);
    }

    /// <summary>
    /// A server that stands still for a second of ten, at 100 queries a second: one in ten came to a server that stood still, and
    /// waited half a second at the middle. Whoever counts from when a query could be sent sees one slow query in nine hundred.
    /// </summary>
    [Fact]
    public void A_server_that_stands_still_is_seen_by_all_that_were_due_meanwhile()
    {
        var pace = new Pace(100, 0);
        var tally = new QueryTally();
        for (var i = 0; i < 1000; i++)
        {
            var meantAt = pace.NextAt;
            pace.Take();
            var isStanding = meantAt is >= 5 * Nanoclock.PerSecond and < 6 * Nanoclock.PerSecond;
            var answeredAt = isStanding ? 6 * Nanoclock.PerSecond : meantAt + Nanoclock.PerMillisecond;
            tally.Add(Verdict.Right, answeredAt - meantAt);
        }

        Assert.Equal(1, tally.Percentile(89), 0.01);
        Assert.Equal(500, tally.Percentile(95), tolerance: 15.0);
        Assert.Equal(1000, tally.Percentile(100), tolerance: 15.0);
    }

    [Fact]
    public void What_several_sockets_counted_adds_up()
    {
        var sum = new QueryTally { Sent = 2, Lost = 1, Seconds = 4 };
        sum.Add(Verdict.Right, Nanoclock.PerMillisecond);
        var other = new QueryTally { Sent = 3, Late = 1, Garbled = 1, Acknowledged = 5, Seconds = 5 };
        other.Add(Verdict.NoLease, 9 * Nanoclock.PerMillisecond);
        other.Add(Verdict.Right, 9 * Nanoclock.PerMillisecond);
        sum.Add(other);
        Assert.Equal((5, 1, 1, 5), (sum.Sent, sum.Lost, sum.Late, sum.Acknowledged));
        Assert.Equal((3, 2, 1), (sum.Answered, sum.Wrong, sum.Count(Verdict.NoLease)));
        Assert.Equal(5, sum.Seconds);
        Assert.Equal(9, sum.Percentile(99), 0.01);
        Assert.NotEqual(0, sum.FirstRightAt);
    }
}
