using System.Net;
using Leasequery.EndToEnd.Tests.Peers;
using Leasequery.EndToEnd.Tests.Peers.Isc;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Peers.Packets;
using Leasequery.EndToEnd.Tests.Service;
using Xunit.Abstractions;

namespace Leasequery.EndToEnd.Tests.Upstream;

/// <summary>One real dhcpd with 100,000 leases, and a service that starts with nothing.</summary>
public sealed class RestartSpec(ITestOutputHelper output)
{
    const string Networks = """["10.64.0.0/14"]""";
    const int Leases = 100_000, Storm = 20_000;

    static readonly IPAddress Server = IPAddress.Parse("10.77.0.11");
    static readonly IPAddress FirstLease = IPAddress.Parse("10.64.0.1");
    static readonly TimeSpan LeaseTime = TimeSpan.FromDays(1);

    [PeerFact]
    public async Task a_restart_storm_reaches_the_server_as_one_query_an_address()
    {
        using var network = new ServerNetwork();
        using var folder = new TempFolder("store");
        var leases = LeasesFrom(DateTimeOffset.UtcNow.AddHours(-1)).ToArray();
        using var dhcpd = await StartServerAsync(network, leases);
        using var service = await LeasequeryProcess.StartAsync(
            ServerNetwork.Settings(folder.Path, Networks, Server), network.Service);
        var (capture, concentrator) = (await network.CaptureQueriesAsync(), network.OpenConcentrator());
        var legitimate = leases.Take(Storm).ToDictionary(lease => lease.Address);
        var others = Addresses.From("10.66.0.1", Storm);
        IPAddress[] asked = [.. legitimate.Keys.Zip(others, (one, other) => new[] { one, other }).SelectMany(pair => pair)];

        var askedAt = DateTimeOffset.UtcNow;
        var answers = await concentrator.AskAsync(asked, service.Endpoint, Deadlines.Storm);
        var took = DateTimeOffset.UtcNow - askedAt;

        Assert.Equal(asked.Length, answers.Count);
        Assert.All(legitimate.Values, lease => Addresses.AssertTells(lease, answers[lease.Address], askedAt));
        Assert.All(others, address => Assert.Equal(HandMadeQuery.Unassigned, answers[address].MessageType));
        var metrics = await service.Monitoring.ShowsAsync(
            metrics => metrics.Total("leasequery_upstream_outstanding") == 0, "all queries to be answered");
        var (packets, retries) = (Packets(metrics), metrics.Total("leasequery_upstream_retries_total"));
        Assert.Equal(asked.Length, packets - retries);
        var queries = (await capture.WaitForAsync(_ => true, (int)packets, "queries to the server"))
            .Select(datagram => HandMadeDhcp.Read(datagram.Payload)).ToArray();
        Assert.Equal(packets, queries.Length);
        // A retry has the xid of its query. Of 40,000 random xids two are the same in one run of six, one after the other.
        Assert.Equal(asked.Length, queries.DistinctBy(query => (query.TransactionId, query.ClientAddress)).Count());
        Assert.Equal(asked.Length, queries.DistinctBy(query => query.ClientAddress).Count());

        var again = await concentrator.AskAsync(asked, service.Endpoint, Deadlines.Storm);

        Assert.Equal(asked.Length, again.Count);
        Assert.All(again, answer => Assert.Equal(answers[answer.Key].MessageType, answer.Value.MessageType));
        Assert.Equal(packets, Packets(await service.Monitoring.ReadAsync()));
        Assert.Empty(service.LoggedErrors);
        output.WriteLine($"{asked.Length} addresses in {took.TotalSeconds:0.0} s: "
            + $"{packets} packets to the server, {retries} of them retries");
    }

    [PeerFact]
    public async Task what_the_server_told_is_right_and_survives_a_crash()
    {
        using var network = new ServerNetwork();
        using var folder = new TempFolder("store");
        var settings = ServerNetwork.Settings(folder.Path, Networks, Server);
        var concentrator = network.OpenConcentrator();
        var beforehand = DateTimeOffset.UtcNow;
        using var service = await LeasequeryProcess.StartAsync(settings, network.Service);

        // The relay saw a short lease; its renewals went to the server directly (N7), after that.
        var leases = LeasesFrom(beforehand.AddHours(-1)).ToArray();
        var gleaned = leases[7] with { CircuitId = "before" };
        concentrator.Send(Ack(gleaned, seconds: 1), service.Endpoint);
        await service.Monitoring.ShowsAsync(metrics => metrics.GleanedAndStored == 1, "the short lease to be stored");
        var renewed = leases[7] with { Starts = DateTimeOffset.UtcNow.AddSeconds(1), Ends = DateTimeOffset.UtcNow + LeaseTime };
        leases[7] = renewed;
        using var dhcpd = await StartServerAsync(network, leases);
        var askedAt = DateTimeOffset.UtcNow;

        var known = leases.Where((_, i) => i % (Leases / 250) == 7).ToDictionary(lease => lease.Address);
        var answers = await concentrator.AskAsync(known.Keys, service.Endpoint, Deadlines.Answer);

        Assert.Equal(known.Count, answers.Count);
        Assert.Contains(renewed.Address, known.Keys);
        Assert.All(known.Values, lease => Addresses.AssertTells(lease, answers[lease.Address], askedAt));

        await service.KillAsync();
        using var again = await LeasequeryProcess.StartAsync(settings, network.Service);
        var capture = await network.CaptureQueriesAsync();
        var after = await concentrator.AskAsync(known.Keys, again.Endpoint, Deadlines.Answer);

        Assert.Equal(known.Count, again.KnownAtStart);
        Assert.All(known.Values, lease => Addresses.AssertTells(lease, after[lease.Address], askedAt));
        Assert.Equal(0, Packets(await again.Monitoring.ReadAsync()));
        Assert.Empty(capture.Datagrams);
        Assert.Empty(service.LoggedErrors.Concat(again.LoggedErrors));
    }

    static long Packets(Metrics metrics) => metrics.Total("leasequery_upstream_packets_total");

    static IEnumerable<DhcpLease> LeasesFrom(DateTimeOffset starts) =>
        DhcpLease.Consecutive(FirstLease, Leases, starts, LeaseTime);

    static Task<IscDhcpServer> StartServerAsync(ServerNetwork network, IEnumerable<DhcpLease> leases) => IscDhcpServer.StartAsync(
        network.AddMachine("dhcpd", Server),
        ServerNetwork.ServerInterface,
        new IscDhcpServerSettings(
            new DhcpSubnet(ServerNetwork.Lan),
            new DhcpSubnet(IPNetwork.Parse("10.64.0.0/14"), FirstLease, IPAddress.Parse("10.66.100.0")))
        { LeaseTime = LeaseTime, Leases = leases });

    static HandMadeDhcp Ack(DhcpLease lease, byte seconds) => new()
    {
        OpCode = 2,
        YourAddress = lease.Address,
        RelayAddress = ServerNetwork.ServiceAddress,
        Hardware = lease.HardwareAddress.GetAddressBytes(),
        Options =
        [
            (53, [5]), (54, Server.GetAddressBytes()), (51, [0, 0, 0, seconds]),
            (82, [1, (byte)lease.CircuitId.Length, .. System.Text.Encoding.ASCII.GetBytes(lease.CircuitId)]),
        ],
    };
}
