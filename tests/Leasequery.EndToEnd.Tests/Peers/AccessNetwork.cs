using System.Net;
using Leasequery.EndToEnd.Tests.Peers.Isc;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Peers.Packets;

namespace Leasequery.EndToEnd.Tests.Peers;

/// <summary>
/// A small provider of real programs, each on a machine of its own:
/// <code>
///   subscribers          access node           relay, router               server
///   eth0 dhclient ---- [switch of line1] ---- line1 10.20.1.1
///   eth0 dhclient ---- [switch of line2] ---- line2 10.20.2.1   up ---- [core 10.10.0.2] dhcpd
///                                             lo 10.30.0.1    10.10.0.1     |
///                                                             capture       '---- whoever AttachUpstream adds
/// </code>
/// </summary>
public sealed class AccessNetwork : IDisposable
{
    const string Core = "core", Up = "upstream", CoreRelayPort = "relay";

    readonly Stack<IDisposable> _parts = new();
    readonly List<Subscriber> _subscribers = [];

    AccessNetwork(AccessNetworkPlan plan)
    {
        Plan = plan;
        Server = Machine("server");
        Relay = Machine("relay");
        Access = Machine("access");
    }

    /// <summary>Its shape.</summary>
    public AccessNetworkPlan Plan { get; }

    /// <summary>Where dhcpd runs, on the switch of the upstream network.</summary>
    public NetworkNamespace Server { get; }

    /// <summary>Where dhcrelay runs; it routes between subscribers and servers, and has the requestor's address.</summary>
    public NetworkNamespace Relay { get; }

    /// <summary>The switches of the lines. Apart from the relay, which would listen on each of their ports too.</summary>
    public NetworkNamespace Access { get; }

    /// <summary>dhcpd.</summary>
    public IscDhcpServer DhcpServer { get; private set; } = null!;

    /// <summary>dhcrelay.</summary>
    public IscDhcpRelay DhcpRelay { get; private set; } = null!;

    /// <summary>What passes the relay's upstream side.</summary>
    public PacketCapture Capture { get; private set; } = null!;

    /// <summary>Everyone, line by line. Their clients are not started.</summary>
    public IReadOnlyList<Subscriber> Subscribers => _subscribers;

    /// <summary>Builds the network and starts server, capture and relay.</summary>
    public static Task<AccessNetwork> StartAsync(AccessNetworkPlan? plan = null) =>
        Ready.WhenAsync(new AccessNetwork(plan ?? new AccessNetworkPlan()), network =>
        {
            network.LayCables();
            return network.StartProgramsAsync();
        });

    /// <summary>Starts every subscriber's client and returns their addresses, in their order.</summary>
    public async Task<IReadOnlyList<IPAddress>> ConnectSubscribersAsync()
    {
        foreach (var subscriber in Subscribers)
            subscriber.Client.Start();
        return await Task.WhenAll(Subscribers.Select(subscriber => subscriber.Client.BoundAsync()));
    }

    /// <summary>
    /// Adds a machine beside the DHCP server, such as one for the service, with a way to relay, requestor and subscribers.
    /// It ends with the network.
    /// </summary>
    public NetworkNamespace AttachUpstream(string role, IPAddress address)
    {
        var machine = Machine(role);
        machine.Connect(Up, Server, role);
        Server.Plug(role, Core);
        machine.Assign(Up, address, AccessNetworkPlan.UpstreamNetwork.PrefixLength);
        RouteToSubscribers(machine);
        return machine;
    }

    /// <summary>The requestor's end for leasequeries: port 67 of its address on the relay's router.</summary>
    public NamespaceSocket OpenRequestor() => new(Relay, new IPEndPoint(AccessNetworkPlan.RequestorAddress, 67));

    /// <summary>Asks a server by a leasequery as the requestor does; its answer, as tshark decodes it.</summary>
    public static async Task<DecodedDhcp> AskAsync(NamespaceSocket requestor, IPEndPoint server, IPAddress asked, int messageType)
    {
        var query = HandMadeQuery.About(asked, AccessNetworkPlan.RequestorAddress, messageType);
        requestor.Send(query.ToBytes(), server);
        var (reply, from) = await requestor.ReceiveAsync(Deadlines.Answer, $"the answer of {server} about {asked}");
        Assert.Equal(server, from);
        var answer = Assert.Single(TsharkDecoder.Decode(reply));
        Assert.Equal(query.TransactionId, answer.TransactionId);
        return answer;
    }

    /// <summary>Ends all programs and removes all machines, the newest first.</summary>
    public void Dispose()
    {
        while (_parts.TryPop(out var part))
            part.Dispose();
    }

    void LayCables()
    {
        Server.AddBridge(Core);
        Server.Assign(Core, AccessNetworkPlan.ServerAddress, AccessNetworkPlan.UpstreamNetwork.PrefixLength);
        RouteToSubscribers(Server);
        Relay.Connect(Up, Server, CoreRelayPort);
        Server.Plug(CoreRelayPort, Core);
        Relay.Assign(Up, AccessNetworkPlan.RelayUpstreamAddress, AccessNetworkPlan.UpstreamNetwork.PrefixLength);
        Relay.Assign("lo", AccessNetworkPlan.RequestorAddress, 32);
        Relay.ForwardPackets();
        foreach (var line in Plan.LineNumbers)
            LayLine(line);
    }

    void LayLine(int line)
    {
        var (name, port) = (AccessNetworkPlan.LineName(line), $"relay{line}");
        Access.AddBridge(name);
        Relay.Connect(name, Access, port);
        Access.Plug(port, name);
        Relay.Assign(name, AccessNetworkPlan.LineRouter(line), AccessNetworkPlan.LineNetwork(line).PrefixLength);
        for (var place = 1; place <= Plan.SubscribersPerLine; place++)
        {
            var (home, hardwareAddress) = (Machine($"home{line}.{place}"), AccessNetworkPlan.HardwareAddress(line, place));
            home.Connect(Subscriber.InterfaceName, Access, $"{name}.{place}", hardwareAddress);
            Access.Plug($"{name}.{place}", name);
            _subscribers.Add(Keep(new Subscriber(home, name, hardwareAddress, Plan.Client(line, place))));
        }
    }

    async Task StartProgramsAsync()
    {
        Capture = Keep(await PacketCapture.StartAsync(Relay, Up));
        DhcpServer = Keep(await IscDhcpServer.StartAsync(Server, Core, Plan.ServerSettings));
        var lines = Plan.LineNumbers.Select(AccessNetworkPlan.LineName);
        DhcpRelay = Keep(await IscDhcpRelay.StartAsync(Relay, lines, Up, Plan.RelayTo));
    }

    static void RouteToSubscribers(NetworkNamespace machine)
    {
        machine.Route(AccessNetworkPlan.SubscriberNetworks, AccessNetworkPlan.RelayUpstreamAddress);
        machine.Route(new IPNetwork(AccessNetworkPlan.RequestorAddress, 32), AccessNetworkPlan.RelayUpstreamAddress);
    }

    NetworkNamespace Machine(string role) => Keep(new NetworkNamespace(role));

    T Keep<T>(T part)
        where T : IDisposable
    {
        _parts.Push(part);
        return part;
    }
}
