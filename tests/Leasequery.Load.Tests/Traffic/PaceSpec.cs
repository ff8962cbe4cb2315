using Leasequery.Load.Traffic;

namespace Leasequery.Load.Tests.Traffic;

public class PaceSpec
{
    private const long Start = 5 * Nanoclock.PerSecond;

    [Theory]
    [InlineData(1000, 0, 0)]
    [InlineData(1000, 1, 1_000_000)]
    [InlineData(1000, 2500, 2_500_000_000)]
    [InlineData(3, 3, 1_000_000_000)]
    [InlineData(0.5, 1, 2_000_000_000)]
    public void The_n_th_of_an_even_stream_is_due_n_intervals_after_the_start(double perSecond, int taken, long nanoseconds)
    {
        var pace = new Pace(perSecond, Start);
        for (var i = 0; i < taken; i++)
            pace.Take();
        Assert.Equal(Start + nanoseconds, pace.NextAt);
    }

    [Fact]
    public void A_stream_that_nobody_looked_at_for_a_second_is_due_at_the_times_that_were_meant()
    {
        var pace = new Pace(10, Start);
        var meant = new List<long>();
        for (; pace.NextAt <= Start + Nanoclock.PerSecond; pace.Take())
            meant.Add(pace.NextAt - Start);
        Assert.Equal(Enumerable.Range(0, 11).Select(i => i * 100L * Nanoclock.PerMillisecond), meant);
    }

    [Theory]
    [InlineData(0.5, 10, 5)]
    [InlineData(0.1, 95, 9)]
    [InlineData(2, 3, 6)]
    [InlineData(0, 100, 0)]
    public void A_ratio_goes_by_the_queries_and_not_by_the_clock(double perQuery, int queries, int due)
    {
        var ratio = new Ratio(perQuery);
        var taken = 0;
        for (var i = 0; i < queries; i++)
        {
            ratio.OnQuery();
            for (; ratio.NextAt <= 0; taken++)
                ratio.Take();
        }

        Assert.InRange(taken, due, due + (due > 0 ? 1 : 0)); // a tenth has no exact binary fraction
    }
}
