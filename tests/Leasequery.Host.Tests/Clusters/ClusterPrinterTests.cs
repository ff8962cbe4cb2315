using Leasequery.Actors.Membership;
using Leasequery.Host.Clusters;
using Leasequery.Host.Tests.Commands;

namespace Leasequery.Host.Tests.Clusters;

public class ClusterPrinterTests
{
    [Fact]
    public void A_healthy_cluster_is_its_members_with_their_roles_and_shards() => Assert.Equal(
        """
        healthy, as 10.78.0.1:7450 sees it (in touch)
          10.78.0.1:7450        up        address ingress   0.2.0  3 shards: 0 2 15  leader
          10.78.0.2:7450        up        address ingress   0.2.0  13 shards: 1 3 4 5 6 7 8 9 10 11 12 13 ...
          10.78.0.3:7450        up        witness           0.2.0  no shards

        """,
        Printed(Reports.Healthy));

    [Fact]
    public void Who_cannot_be_reached_what_nobody_owns_and_all_else_that_is_wrong_stands_there() => Assert.Equal(
        """
        not healthy, as 10.78.0.1:7450 sees it (in touch)
          10.78.0.1:7450        up        address ingress   0.2.0  3 shards: 0 2 15  leader
          10.78.0.2:7450        up        unreachable address ingress   0.2.0  no shards
          10.78.0.3:7450        leaving   witness           0.2.0  no shards
          ! 10.78.0.2:7450 cannot be reached
          ! 10.78.0.3:7450 is Leaving
          ! 13 of 16 shards have no owner that answers

        """,
        Printed(Reports.Impaired));

    [Theory]
    [InlineData(nameof(Reports.OutOfTouch), "out of touch")]
    [InlineData(nameof(Reports.Looking), "looking")]
    [InlineData(nameof(Reports.Joining), "joining")]
    [InlineData(nameof(Reports.Leaving), "leaving")]
    public void A_node_that_is_no_part_of_the_cluster_or_not_for_long_says_so(string report, string standing) => Assert.Equal(
        [
            $"not healthy, as 10.78.0.1:7450 sees it ({standing})",
            $"  ! {Reports.Of(report).Problems[0]}",
        ],
        Printed(Reports.Of(report)).Split('\n')
            .Where(line => line.Length > 0 && !line.StartsWith("  10.", StringComparison.Ordinal)));

    private static string Printed(ClusterReport report)
    {
        var text = new StringWriter { NewLine = "\n" };
        new ClusterPrinter(Consoles.Plain(text)).Print(report);
        return text.ToString();
    }
}
