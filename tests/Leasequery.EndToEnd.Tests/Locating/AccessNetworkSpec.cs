using System.Net;
using System.Text;
using Leasequery.EndToEnd.Tests.Peers;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Peers.Packets;
using Leasequery.EndToEnd.Tests.Service;
using static Leasequery.EndToEnd.Tests.Peers.AccessNetwork;

namespace Leasequery.EndToEnd.Tests.Locating;

/// <summary>
/// The main job, on input from real programs: what a relay saw tells where each subscriber is. dhcpd, which granted the leases,
/// is asked the same and must agree.
/// </summary>
public sealed class AccessNetworkSpec
{
    const int Ack = 5, Nak = 6, Release = 7;

    /// <summary>Between the ACK and its replay lie the start of a service and the end of a capture, on a busy machine.</summary>
    const uint ReplayDelay = 60;

    static readonly IPAddress Unleased = IPAddress.Parse("10.20.1.150");
    static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.7");
    static readonly IPAddress ServiceAddress = IPAddress.Parse("10.10.0.3");
    static readonly IPAddress TapAddress = IPAddress.Parse("10.10.0.4");
    static readonly IPAddress ConcentratorAddress = IPAddress.Parse("10.10.0.5");
    static readonly IPEndPoint Service = new(ServiceAddress, 67);

    [PeerFact]
    public async Task what_the_relay_saw_tells_where_each_subscriber_is()
    {
        using var folder = new TempFolder("store");
        using var network = await AccessNetwork.StartAsync();
        using var service = await StartServiceAsync(network, folder);
        using var requestor = network.OpenRequestor();
        var tap = network.AttachUpstream("tap", TapAddress);
        var concentrator = network.AttachUpstream("cmts", ConcentratorAddress);
        var addresses = await network.ConnectSubscribersAsync();
        await network.Capture.WaitForAsync(seen => seen is { OpCode: 2, MessageType: Ack }, addresses.Count, "DHCPACKs");

        await ReplayAsync(network.Capture, tap);
        await service.Monitoring.ShowsAsync(metrics => metrics.GleanedAndStored >= addresses.Count, "the leases to be stored");

        await AssertIndependentClientAsync(network, requestor, addresses);
        await AssertAskAsync(network, concentrator, addresses);
        await AssertAfterReleaseAsync(network, requestor, tap, service, addresses);
        Assert.Empty(service.LoggedErrors);
    }

    static Task<LeasequeryProcess> StartServiceAsync(AccessNetwork network, TempFolder folder) => LeasequeryProcess.StartAsync(
        new ServeSettings(folder.Path)
            .With("leasequery.networks", $"[\"{AccessNetworkPlan.SubscriberNetworks}\"]")
            .With("leasequery.requestors",
                $$"""[{ prefix = "{{AccessNetworkPlan.RequestorAddress}}/32" }, { prefix = "{{ConcentratorAddress}}/32" }]""")
            .With("leasequery.gleaning.relays", $"[\"{TapAddress}/32\", \"{AccessNetworkPlan.SubscriberNetworks}\"]")
            .With("leasequery.ingress.listen", $"[\"{Service}\"]"),
        network.AttachUpstream("service", ServiceAddress));

    /// <summary>A tap beside the service sends it what the relay's upstream side saw.</summary>
    static async Task ReplayAsync(PacketCapture capture, NetworkNamespace tap)
    {
        await capture.StopAsync();
        var replay = await Executable.RunAsync(
            ["replay", capture.File, "--server", Service.ToString(), "--speed", "max"], tap);
        Assert.True(replay.ExitCode == 0, replay.ToString());
    }

    /// <summary>Packets of our own making, asked from port 67 of the requestor's address, decoded by tshark.</summary>
    static async Task AssertIndependentClientAsync(
        AccessNetwork network, NamespaceSocket requestor, IReadOnlyList<IPAddress> addresses)
    {
        foreach (var (subscriber, address) in network.Subscribers.Zip(addresses))
        {
            var (draft, rfc, dhcpd) = (
                await AskAsync(requestor, Service, address, HandMadeQuery.Draft),
                await AskAsync(requestor, Service, address, HandMadeQuery.Rfc4388),
                await AskAsync(requestor, new IPEndPoint(AccessNetworkPlan.ServerAddress, 67), address, HandMadeQuery.Rfc4388));

            Assert.Equal(
                (Ack, HandMadeQuery.Active, HandMadeQuery.Active), (draft.MessageType, rfc.MessageType, dhcpd.MessageType));
            Assert.All([draft, rfc, dhcpd], answer =>
            {
                Assert.Equal(2, answer.OpCode);
                Assert.Equal(address, answer.ClientAddress);
                Assert.Equal(subscriber.HardwareAddress.GetAddressBytes(), answer.Raw("dhcp.hw.mac_addr"));
                Assert.Equal(subscriber.CircuitId, Encoding.ASCII.GetString(answer.CircuitId!));
            });
            Assert.All([draft, rfc], answer =>
            {
                Assert.Equal(ServiceAddress, answer.ServerIdentifier);
                Assert.Equal(dhcpd.Option(82), answer.Option(82));
                Assert.InRange(answer.LeaseTime!.Value, dhcpd.LeaseTime!.Value - 1, dhcpd.LeaseTime.Value + ReplayDelay);
                Assert.Empty(answer.Complaints);
            });
        }

        var vacant = await AskAsync(requestor, Service, Unleased, HandMadeQuery.Draft);
        Assert.Equal((Ack, 0), (vacant.MessageType!.Value, vacant.HardwareLength));
        Assert.Null(vacant.LeaseTime);
        Assert.Equal(HandMadeQuery.Unassigned, (await AskAsync(requestor, Service, Unleased, HandMadeQuery.Rfc4388)).MessageType);

        var refused = await AskAsync(requestor, Service, Elsewhere, HandMadeQuery.Draft);
        Assert.Equal(Nak, refused.MessageType);
        Assert.Equal([53], refused.Options.Where(option => option.Code != 0).Select(option => option.Code)); // N26
        Assert.Equal(HandMadeQuery.Unknown, (await AskAsync(requestor, Service, Elsewhere, HandMadeQuery.Rfc4388)).MessageType);
    }

    /// <summary>Our own command, on a machine with port 67 free, and beside a relay that has it.</summary>
    static async Task AssertAskAsync(AccessNetwork network, NetworkNamespace concentrator, IReadOnlyList<IPAddress> addresses)
    {
        string[] server = ["--server", ServiceAddress.ToString()];
        foreach (var (subscriber, address) in network.Subscribers.Zip(addresses))
        {
            var draft = await AskCommand.RunAsync(concentrator, address, [.. server, "--dialect", "draft-0"]);
            var rfc = await AskCommand.RunAsync(concentrator, address, server);
            Assert.Equal(("DHCPACK", "DHCPLEASEACTIVE"), (draft.Message, rfc.Message));
            Assert.All([draft, rfc], answer =>
            {
                Assert.Equal(AskCommand.Leased, answer.ExitCode);
                var hardware = subscriber.HardwareAddress.GetAddressBytes();
                Assert.Equal(string.Join(':', hardware.Select(b => $"{b:x2}")), answer.Device);
                Assert.Equal(subscriber.CircuitId, answer.CircuitId);
                Assert.Equal(ServiceAddress.ToString(), answer.ServerIdentifier);
                Assert.InRange(answer.RemainingSeconds!.Value, 86_400 - (2 * ReplayDelay), 86_400u);
                Assert.Empty(answer.Remarks); // Port 67 of giaddr, as N39 wants it.
            });
        }

        var nobody = await AskCommand.RunAsync(concentrator, Unleased, [.. server, "--dialect", "draft-0"]);
        Assert.Equal((AskCommand.NoLease, "unleased"), (nobody.ExitCode, nobody.Outcome));
        var unknown = await AskCommand.RunAsync(concentrator, Elsewhere, [.. server, "--dialect", "draft-0"]);
        Assert.Equal((AskCommand.NotManaged, "DHCPNAK"), (unknown.ExitCode, unknown.Message));

        var besideTheRelay = await AskCommand.RunAsync(
            network.Relay, addresses[0], [.. server, "--giaddr", AccessNetworkPlan.RequestorAddress.ToString()]);
        Assert.Equal((AskCommand.Leased, "line1"), (besideTheRelay.ExitCode, besideTheRelay.CircuitId));
        Assert.Contains("RFC 8357", Assert.Single(besideTheRelay.Remarks), StringComparison.Ordinal);
    }

    /// <summary>The lease is gone, but the drafts still tell the device that had it last (N31).</summary>
    static async Task AssertAfterReleaseAsync(
        AccessNetwork network, NamespaceSocket requestor, NetworkNamespace tap, LeasequeryProcess service,
        IReadOnlyList<IPAddress> addresses)
    {
        var (leaver, address) = (network.Subscribers[^1], addresses[^1]);
        var stored = (await service.Monitoring.ReadAsync()).GleanedAndStored;
        using var capture = await PacketCapture.StartAsync(network.Relay, network.Capture.InterfaceName);
        await leaver.Client.ReleaseAsync();
        await capture.WaitForAsync(seen => seen.MessageType == Release, 1, "the release");
        await ReplayAsync(capture, tap);
        await service.Monitoring.ShowsAsync(metrics => metrics.GleanedAndStored > stored, "the release to be stored");

        var draft = await AskAsync(requestor, Service, address, HandMadeQuery.Draft);
        Assert.Equal(Ack, draft.MessageType);
        Assert.Null(draft.LeaseTime);
        Assert.Equal(leaver.HardwareAddress.GetAddressBytes(), draft.Raw("dhcp.hw.mac_addr"));
        Assert.Equal(leaver.CircuitId, Encoding.ASCII.GetString(draft.CircuitId!)); // N34
        var rfc = await AskAsync(requestor, Service, address, HandMadeQuery.Rfc4388);
        Assert.Equal((HandMadeQuery.Unassigned, 0), (rfc.MessageType!.Value, rfc.HardwareLength));
        Assert.Equal(Ack, (await AskAsync(requestor, Service, addresses[0], HandMadeQuery.Draft)).MessageType);
    }
}
