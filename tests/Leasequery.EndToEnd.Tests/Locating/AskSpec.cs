using System.Net;
using Leasequery.EndToEnd.Tests.Peers;
using Leasequery.EndToEnd.Tests.Service;

namespace Leasequery.EndToEnd.Tests.Locating;

/// <summary><c>leasequery ask</c> against a server that is not ours.</summary>
public sealed class AskSpec
{
    static readonly string Dhcpd = AccessNetworkPlan.ServerAddress.ToString();
    static readonly IPAddress Unassigned = IPAddress.Parse("10.20.1.150");
    static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.7");

    [PeerFact]
    public async Task understands_dhcpd_and_says_by_its_exit_code_what_it_heard()
    {
        using var network = await AccessNetwork.StartAsync(new AccessNetworkPlan { Lines = 1 });
        var concentrator = network.AttachUpstream("cmts", IPAddress.Parse("10.10.0.5"));
        var address = (await network.ConnectSubscribersAsync())[0];

        var active = await AskCommand.RunAsync(concentrator, address, "--server", Dhcpd);
        Assert.Equal((AskCommand.Leased, "DHCPLEASEACTIVE", "leased"), (active.ExitCode, active.Message, active.Outcome));
        Assert.Equal(("02:20:00:00:01:01", "line1", Dhcpd), (active.Device, active.CircuitId, active.ServerIdentifier));
        Assert.InRange(active.RemainingSeconds!.Value, 86_200u, 86_400u);
        Assert.Empty(active.Remarks);

        var unassigned = await AskCommand.RunAsync(concentrator, Unassigned, "--server", Dhcpd);
        Assert.Equal((AskCommand.NoLease, "DHCPLEASEUNASSIGNED"), (unassigned.ExitCode, unassigned.Message));

        var unknown = await AskCommand.RunAsync(concentrator, Elsewhere, "--server", Dhcpd);
        Assert.Equal((AskCommand.NotManaged, "DHCPLEASEUNKNOWN"), (unknown.ExitCode, unknown.Message));

        var silent = $"{AccessNetworkPlan.RelayUpstreamAddress}:1067";
        var none = await AskCommand.RunAsync(concentrator, address, "--server", silent, "--timeout", "1", "--tries", "2");
        Assert.Equal((AskCommand.NoAnswer, null), (none.ExitCode, none.Outcome));
        Assert.Matches($@"^leasequery ask: no answer from {silent} after 2 tries in \d+\.\d s$", Assert.Single(none.Remarks));
    }

    [PeerFact]
    public async Task shows_a_person_what_dhcpd_said()
    {
        using var network = await AccessNetwork.StartAsync(new AccessNetworkPlan { Lines = 1 });
        var concentrator = network.AttachUpstream("cmts", IPAddress.Parse("10.10.0.5"));
        var address = (await network.ConnectSubscribersAsync())[0];

        var shown = await Executable.RunAsync(["ask", address.ToString(), "--server", Dhcpd], concentrator);

        Assert.Equal(AskCommand.Leased, shown.ExitCode);
        Assert.Equal($"{address} leased (DHCPLEASEACTIVE)", shown.Output[0]);
        Assert.Contains(shown.Output, line => line.Contains("sub 1 circuit id", StringComparison.Ordinal)
            && line.Contains("line1", StringComparison.Ordinal));
        Assert.Empty(shown.Errors);
    }
}
