using System.Net;
using System.Text;
using Leasequery.EndToEnd.Tests.Peers.Isc;
using Leasequery.EndToEnd.Tests.Peers.Packets;

namespace Leasequery.EndToEnd.Tests.Peers;

/// <summary>
/// The peers by themselves, without the service: what they do here is what the other specs compare the service with.
/// </summary>
public sealed class PeersSpec
{
    static readonly IPEndPoint Server = new(AccessNetworkPlan.ServerAddress, 67);

    [PeerFact]
    public async Task three_clients_get_addresses_through_the_relay_which_tells_their_lines()
    {
        using var network = await AccessNetwork.StartAsync();
        var addresses = await network.ConnectSubscribersAsync();
        await network.Capture.WaitForAsync(seen => seen is { OpCode: 2, MessageType: 5 }, 3, "DHCPACKs to the relay");
        await network.Capture.StopAsync();

        var acks = TsharkDecoder.Decode(network.Capture.File).Where(message => message.MessageType == 5).ToArray();

        Assert.All(network.Subscribers.Zip(addresses), pair =>
        {
            var (subscriber, address) = pair;
            var ack = Assert.Single(acks, ack => ack.YourAddress.Equals(address));
            Assert.Equal(subscriber.CircuitId, Encoding.ASCII.GetString(ack.CircuitId!));
            Assert.Equal(subscriber.HardwareAddress.GetAddressBytes(), ack.Raw("dhcp.hw.mac_addr"));
            Assert.Equal(ack.Destination, ack.RelayAddress);
            Assert.Equal(86_400u, ack.LeaseTime);
            Assert.Empty(ack.Complaints);
        });
    }

    [PeerFact]
    public async Task dhcpd_answers_a_leasequery_for_a_lease_with_ACTIVE_and_after_its_release_with_UNASSIGNED()
    {
        using var network = await AccessNetwork.StartAsync(new AccessNetworkPlan { Lines = 1 });
        using var requestor = network.OpenRequestor();
        var address = (await network.ConnectSubscribersAsync())[0];

        var active = await AskAsync(requestor, HandMadeQuery.ByAddress(address, AccessNetworkPlan.RequestorAddress, 0x1001));
        Assert.Equal(HandMadeQuery.Active, active.MessageType);
        Assert.Equal(0x1001u, active.TransactionId);
        Assert.Equal(address, active.ClientAddress);
        Assert.Equal("line1", Encoding.ASCII.GetString(active.CircuitId!));
        Assert.InRange(active.LeaseTime!.Value, 86_300u, 86_400u);

        await network.Subscribers[0].Client.ReleaseAsync();
        await network.DhcpServer.Process.WaitForLineAsync("^DHCPRELEASE of", Deadlines.Answer, "the server to see the release");
        var unassigned = await AskAsync(requestor, HandMadeQuery.ByAddress(address, AccessNetworkPlan.RequestorAddress, 0x1002));
        Assert.Equal(HandMadeQuery.Unassigned, unassigned.MessageType);
        Assert.Null(unassigned.LeaseTime);
    }

    [PeerFact]
    public async Task dhcpd_knows_the_leases_it_was_started_with()
    {
        var starts = DateTimeOffset.UtcNow - TimeSpan.FromHours(1);
        var leases = DhcpLease.Consecutive(IPAddress.Parse("10.20.1.100"), 50, starts, TimeSpan.FromDays(1)).ToArray();
        var plan = new AccessNetworkPlan { Lines = 1, SubscribersPerLine = 0, Leases = leases };
        using var network = await AccessNetwork.StartAsync(plan);
        using var requestor = network.OpenRequestor();

        var query = HandMadeQuery.ByAddress(leases[^1].Address, AccessNetworkPlan.RequestorAddress, 0x2001);
        var active = await AskAsync(requestor, query);

        Assert.Equal(HandMadeQuery.Active, active.MessageType);
        Assert.Equal("port49", Encoding.ASCII.GetString(active.CircuitId!));
        Assert.Equal(leases[^1].HardwareAddress.GetAddressBytes(), active.Raw("dhcp.hw.mac_addr"));
        Assert.InRange(active.LeaseTime!.Value, 82_700u, 82_800u);
    }

    static async Task<DecodedDhcp> AskAsync(Machine.NamespaceSocket requestor, byte[] query)
    {
        requestor.Send(query, Server);
        var (reply, from) = await requestor.ReceiveAsync(Deadlines.Answer, "the answer of dhcpd to a leasequery");
        Assert.Equal(Server, from);
        return Assert.Single(TsharkDecoder.Decode(reply));
    }
}
