using System.Net;
using Leasequery.EndToEnd.Tests.Peers;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Peers.Packets;
using Leasequery.EndToEnd.Tests.Service;

namespace Leasequery.EndToEnd.Tests.Deployments;

/// <summary>The shipped rules of nftables: a DHCP server's machine copies to the service what it has to glean.</summary>
public sealed class CopiesSpec
{
    const string Interface = "core"; // of the DHCP server's machine

    static readonly IPAddress ServiceAddress = IPAddress.Parse("10.10.0.3");
    static readonly IPEndPoint Service = new(ServiceAddress, 67);

    [PeerFact]
    public async Task what_the_server_grants_and_what_clients_give_back_reaches_the_service()
    {
        using var folder = new TempFolder("store");
        using var network = await AccessNetwork.StartAsync();
        var machine = network.AttachUpstream("service", ServiceAddress);
        using var service = await LeasequeryProcess.StartAsync(
            new ServeSettings(folder.Path)
                .With("leasequery.networks", $"[\"{AccessNetworkPlan.SubscriberNetworks}\"]")
                .With("leasequery.requestors", $$"""[{ prefix = "{{AccessNetworkPlan.RequestorAddress}}/32" }]""")
                .With("leasequery.gleaning.relays",
                    $"[\"{AccessNetworkPlan.ServerAddress}/32\", \"{AccessNetworkPlan.SubscriberNetworks}\"]")
                .With("leasequery.ingress.listen", $"[\"{Service}\"]"),
            machine);
        using var requestor = network.OpenRequestor();
        Load("service.nft", machine, folder);
        Load("dhcp-server.nft", network.Server, folder);

        var addresses = await network.ConnectSubscribersAsync();
        await service.Monitoring.ShowsAsync(metrics => metrics.GleanedAndStored >= addresses.Count, "the leases to be stored");
        foreach (var (subscriber, address) in network.Subscribers.Zip(addresses))
        {
            var answer = await AskAsync(requestor, address);
            Assert.Equal(HandMadeQuery.Active, answer.MessageType);
            Assert.Equal(subscriber.HardwareAddress.GetAddressBytes(), answer.Raw("dhcp.hw.mac_addr"));
        }

        await network.Subscribers[0].Client.ReleaseAsync(); // a unicast to the server, which no relay agent sees
        await service.Monitoring.ShowsAsync(metrics => metrics.GleanedAndStored > addresses.Count, "the release to be stored");
        Assert.Equal(HandMadeQuery.Unassigned, (await AskAsync(requestor, addresses[0])).MessageType);
        Assert.Equal(HandMadeQuery.Active, (await AskAsync(requestor, addresses[1])).MessageType);
    }

    /// <summary>As whoever follows the file's first lines: with the names of his own network in it.</summary>
    static void Load(string rules, NetworkNamespace machine, TempFolder folder)
    {
        var file = Path.Combine(folder.Path, rules);
        File.WriteAllText(file, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "deployments", rules))
            .Replace("192.0.2.11", ServiceAddress.ToString(), StringComparison.Ordinal)
            .Replace("eth0", Interface, StringComparison.Ordinal));
        Command.Run("ip", "netns", "exec", machine.Name, PeerRequirements.PathOf("nft"), "-f", file);
    }

    static Task<DecodedDhcp> AskAsync(NamespaceSocket requestor, IPAddress asked) =>
        AccessNetwork.AskAsync(requestor, Service, asked, HandMadeQuery.Rfc4388);
}
