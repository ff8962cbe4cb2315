using Leasequery.Load.Gleaning;

namespace Leasequery.Load.Tests.Watching;

public class ServiceCountsSpec
{
    private const string Metrics = """
        # TYPE leasequery_gleaned_total counter
        leasequery_gleaned_total{otel_scope_name="leasequery",result="stored"} 10 1700000000000
        leasequery_gleaned_total{otel_scope_name="leasequery",result="unchanged"} 2 1700000000000
        leasequery_gleaned_total{otel_scope_name="leasequery",result="notstored"} 1 1700000000000
        leasequery_drops_total{reason="shed"} 5 1700000000000
        leasequery_drops_total{reason="too-short"} 3
        leasequery_recovery_failures_total 4
        leasequery_table_records 99
        """;

    [Fact]
    public void Counters_are_read_by_label() =>
        Assert.Equal(new ServiceCounts(Stored: 10, Gleaned: 13, Dropped: 8, Shed: 5, NotStored: 1, RecoveryFailures: 4),
            ServiceCounts.Read(Metrics));

    [Fact]
    public void Counts_since_are_a_difference_of_each()
    {
        var then = new ServiceCounts(1, 2, 3, 1, 1, 1);
        Assert.Equal(new ServiceCounts(9, 11, 5, 4, 0, 3), ServiceCounts.Read(Metrics) - then);
    }
}
