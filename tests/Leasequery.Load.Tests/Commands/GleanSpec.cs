using System.Net;
using System.Net.Sockets;
using Leasequery.Load.Commands;
using Leasequery.Load.Tests.Support;

namespace Leasequery.Load.Tests.Commands;

public class GleanSpec
{
    private const string NotKnown = "What was stored is not known";

    [Theory]
    [InlineData(0, 0)]
    [InlineData(40, 0)]
    [InlineData(0, 10)]
    public async Task With_metrics_everything_is_stored_in_the_end_whatever_was_shed_or_lost(int shed, int lost)
    {
        using var service = new FakeService(shed, lost);

        var run = await CommandRun.OfAsync(new GleanCommand(),
            $"{service.Endpoint} --metrics {service.Metrics} --count 100 --renewals 1 --pid {Environment.ProcessId}");

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.Equal((100, 200), (service.Addresses.Count, service.Stored));
        var first = run.Figures["new bindings"];
        Assert.Equal((100 + shed + lost, 100, 0), (first["sent"], first["stored"], first["missing"]));
        Assert.Equal((shed, lost), (first["dropped by the service"], first["lost on the way"]));
        Assert.Equal(100, run.Figures["renewal 1"]["stored"]);
        Assert.DoesNotContain(NotKnown, run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ascending", true)]
    [InlineData("random", false)]
    public async Task Each_round_has_every_address_once_in_the_order_that_was_asked_for(string order, bool isAscending)
    {
        using var service = new FakeService();

        var run = await CommandRun.OfAsync(new GleanCommand(),
            $"{service.Endpoint} --metrics {service.Metrics} --count 100 --renewals 1 --order {order}");

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.All(service.InOrder.Chunk(100), round =>
        {
            Assert.Equal(100, round.Distinct().Count());
            Assert.Equal(isAscending, round.SequenceEqual(round.Order()));
        });
    }

    [Fact]
    public async Task Without_metrics_everything_is_sent_once_and_the_summary_says_what_is_not_known()
    {
        using var service = new FakeService(shed: 1);

        var run = await CommandRun.OfAsync(new GleanCommand(), $"{service.Endpoint} --count 100 --renewals 1");

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.Contains(NotKnown, run.Output, StringComparison.Ordinal);
        Assert.Equal(["new bindings", "renewal 1"], run.Figures.Keys);
        Assert.All(run.Figures.Values, figures => Assert.Equal(100, figures["sent"]));
        Assert.All(run.Figures.Values, figures => Assert.DoesNotContain("stored", figures.Keys));
        await Until.TrueAsync(() => service.Stored == 199, "all but the one that was shed is stored");
    }

    [Fact]
    public async Task Without_metrics_it_is_seen_that_nobody_listens()
    {
        // Connected elsewhere, so the port is taken, but nothing of ours reaches it.
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        deaf.Connect(IPAddress.Loopback, 9);

        var run = await CommandRun.OfAsync(new GleanCommand(), $"{deaf.LocalEndPoint} --count 1");

        Assert.Equal(ExitCodes.NotRight, run.ExitCode);
        Assert.Equal(1, run.Figures["new bindings"]["refused"]);
    }
}
