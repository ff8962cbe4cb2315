using Leasequery.Load.Gleaning;
using Leasequery.Load.Reporting;

namespace Leasequery.Load.Tests.Reporting;

public class GleanFiguresSpec
{
    [Fact]
    public void Settled_renewals_leave_the_first_half_out_and_take_the_middle_rate()
    {
        GleanRound[] rounds =
            [Round(0, seconds: 100), Round(1, seconds: 50), Round(2, seconds: 2), Round(3, seconds: 1), Round(4, seconds: 4)];

        var figures = GleanFigures.OfSettled(rounds);

        Assert.Equal("settled renewals", figures.Heading);
        Assert.Equal(
            [("rounds", 3), ("stored/s, median", 500), ("service cpu us/event", 20), ("generator cpu us/event", 2)],
            figures.Values);
    }

    [Fact]
    public void The_service_costs_nothing_that_is_known_when_its_process_is_not()
    {
        GleanRound[] rounds = [Round(0, 1), Round(1, 1) with { ServiceTime = 0 }];

        Assert.DoesNotContain(GleanFigures.OfSettled(rounds).Values,
            figure => figure.Name.StartsWith("service", StringComparison.Ordinal));
    }

    // 1,000 events for 20 ms of the service and 2 ms of the generator.
    private static GleanRound Round(int round, double seconds) =>
        new(round, Sent: 1000, Stored: 1000, Shed: 0, Lost: 0, Missing: 0, seconds, ServiceTime: 20_000_000, OwnTime: 2_000_000);
}
