using System.Net;
using System.Net.NetworkInformation;
using Leasequery.EndToEnd.Tests.Peers.Isc;

namespace Leasequery.EndToEnd.Tests.Peers;

/// <summary>
/// The shape of an <see cref="AccessNetwork"/> and its addresses. Line n is interface <c>line{n}</c> of the relay (which makes
/// it the circuit-id) and subnet 10.20.n.0/24.
/// </summary>
public sealed record AccessNetworkPlan
{
    /// <summary>Lines of the access node, each with its own subnet and circuit-id.</summary>
    public int Lines { get; init; } = 3;

    /// <summary>Subscribers behind each line.</summary>
    public int SubscribersPerLine { get; init; } = 1;

    /// <summary>How long leases last.</summary>
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Leases dhcpd has from the start; of addresses in the pools.</summary>
    public IEnumerable<DhcpLease> Leases { get; init; } = [];

    /// <summary>More statements for dhcpd.conf.</summary>
    public string ServerStatements { get; init; } = "";

    /// <summary>Where the relay sends what subscribers ask; dhcpd by default, and whoever else shall hear it.</summary>
    public IReadOnlyList<IPAddress> RelayTo { get; init; } = [ServerAddress];

    /// <summary>How the client of a subscriber behaves, by line and by place on the line, both from 1.</summary>
    public Func<int, int, IscDhcpClientSettings> Client { get; init; } = (_, _) => new IscDhcpClientSettings();

    /// <summary>The network between the relay and the servers.</summary>
    public static IPNetwork UpstreamNetwork { get; } = IPNetwork.Parse("10.10.0.0/24");

    /// <summary>dhcpd.</summary>
    public static IPAddress ServerAddress { get; } = IPAddress.Parse("10.10.0.2");

    /// <summary>The relay, on its side towards the servers.</summary>
    public static IPAddress RelayUpstreamAddress { get; } = IPAddress.Parse("10.10.0.1");

    /// <summary>
    /// A loopback address of the relay's router. Queries use it as giaddr, as access concentrators do; and dhcrelay, which
    /// reads every packet of its interfaces, does not take replies to it for its own.
    /// </summary>
    public static IPAddress RequestorAddress { get; } = IPAddress.Parse("10.30.0.1");

    /// <summary>All subscribers.</summary>
    public static IPNetwork SubscriberNetworks { get; } = IPNetwork.Parse("10.20.0.0/16");

    internal static string LineName(int line) => $"line{line}";

    internal static IPNetwork LineNetwork(int line) => new(On(line, 0), 24);

    internal static IPAddress LineRouter(int line) => On(line, 1);

    internal static PhysicalAddress HardwareAddress(int line, int place) => new([0x02, 0x20, 0, 0, (byte)line, (byte)place]);

    internal IEnumerable<int> LineNumbers => Enumerable.Range(1, Lines);

    internal IscDhcpServerSettings ServerSettings => new(
    [
        new DhcpSubnet(UpstreamNetwork),
        .. LineNumbers.Select(line => new DhcpSubnet(LineNetwork(line), On(line, 100), On(line, 199), LineRouter(line))),
    ])
    {
        LeaseTime = LeaseTime,
        Leases = Leases,
        Statements = ServerStatements,
    };

    static IPAddress On(int line, byte host) => new([10, 20, (byte)line, host]);
}
