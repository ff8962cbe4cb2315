using System.Net;
using Leasequery.EndToEnd.Tests.Peers;
using Leasequery.EndToEnd.Tests.Peers.Isc;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Peers.Packets;
using Leasequery.EndToEnd.Tests.Service;

namespace Leasequery.EndToEnd.Tests.Upstream;

/// <summary>Two real dhcpds, each with networks of its own and one that both serve; they come, go and come back.</summary>
public sealed class TwoServersSpec : IDisposable
{
    const string Networks = """["10.81.0.0/16", "10.82.0.0/16", "10.83.0.0/16"]""";
    const int Many = 20;

    static readonly IPAddress EastServer = IPAddress.Parse("10.77.0.11"), WestServer = IPAddress.Parse("10.77.0.12");
    static readonly IPAddress DisputedAddress = IPAddress.Parse("10.83.2.1");
    static readonly TimeSpan NoAnswerComes = TimeSpan.FromSeconds(5);
    static readonly TimeSpan AskedAgain = TimeSpan.FromMinutes(1) + Deadlines.Answer; // a silent server is left alone so long

    readonly DateTimeOffset _started = DateTimeOffset.UtcNow;
    readonly ServerNetwork _network = new();
    readonly TempFolder _folder = new("store");
    readonly NetworkNamespace _eastMachine, _westMachine;
    readonly DhcpLease[] _east, _west, _eastShared, _westShared;
    readonly DhcpLease _outdated, _current;
    readonly AccessConcentrator _concentrator;
    LeasequeryProcess _service = null!;

    public TwoServersSpec()
    {
        (_eastMachine, _westMachine) = (_network.AddMachine("east", EastServer), _network.AddMachine("west", WestServer));
        _concentrator = _network.OpenConcentrator();
        (_east, _west) = (LeasesFrom("10.81.1.0", 4 * Many), LeasesFrom("10.82.1.0", 4 * Many));
        (_eastShared, _westShared) = (LeasesFrom("10.83.1.0", Many), LeasesFrom("10.83.3.0", Many));
        _current = DhcpLease.Consecutive(DisputedAddress, 1, _started.AddHours(-1), TimeSpan.FromDays(1)).Single();
        _outdated = _current with
        {
            Starts = _current.Starts.AddHours(-1),
            CircuitId = "outdated",
            HardwareAddress = System.Net.NetworkInformation.PhysicalAddress.Parse("02-99-00-00-00-01"),
        };
    }

    [PeerFact]
    public async Task each_address_is_asked_of_the_server_that_knows_it_and_no_outage_makes_a_false_answer()
    {
        using var west = await StartWestAsync();
        _service = await LeasequeryProcess.StartAsync(
            ServerNetwork.Settings(_folder.Path, Networks, EastServer, WestServer), _network.Service);

        // East is down from the start: west alone cannot say that an address of east is not managed.
        await AssertToldAsync(_west[..Many]);
        Assert.Empty(await AskAsync(_east[..Many], NoAnswerComes));
        using (await StartEastAsync())
        {
            await AssertToldAsync(_east[..Many], AskedAgain);
            await LearnedServersAreAskedAloneAsync();
            await SharedNetworkAsync();
        }

        // East is killed: what it told is still told, what it did not tell gets no answer, and west goes on.
        Assert.Empty(await AskAsync(_east[(2 * Many)..(3 * Many)], NoAnswerComes));
        await AssertToldAsync(_east[..Many]);
        await AssertToldAsync(_west[(2 * Many)..(3 * Many)]);
        using var eastAgain = await StartEastAsync();
        await AssertToldAsync(_east[(2 * Many)..], AskedAgain);

        var metrics = await _service.Monitoring.ReadAsync();
        Assert.True(metrics.Drops["servers-silent"] > 0, "Who asked should have been told that servers are silent.");
        Assert.Empty(_service.LoggedErrors);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _service?.Dispose();
        _network.Dispose();
        _folder.Dispose();
    }

    // N17, N41: an ACK showed who manages the network.
    async Task LearnedServersAreAskedAloneAsync()
    {
        var capture = await _network.CaptureQueriesAsync();
        DhcpLease[] asked = [.. _east[Many..(2 * Many)], .. _west[Many..(2 * Many)]];
        await AssertToldAsync(asked);

        var queries = await capture.WaitForAsync(_ => true, asked.Length, "a query for each address");
        Assert.All(queries, query => Assert.Equal(
            HandMadeDhcp.Read(query.Payload).ClientAddress.GetAddressBytes()[1] == 81 ? EastServer : WestServer,
            query.Destination.Address));
    }

    // Each server has a range of it, and one address is in both: there the more recent transaction is right.
    async Task SharedNetworkAsync()
    {
        await AssertToldAsync(_eastShared);
        await AssertToldAsync(_westShared);
        await Eventually.GivesAsync(
            async () => await AskAsync([_current], Deadlines.Answer) is var answers
                && answers.GetValueOrDefault(DisputedAddress)?.CircuitId == _current.CircuitId ? answers : null,
            Deadlines.Answer, "the more recent of two leases to be told");
        await AssertToldAsync([_current]);
    }

    async Task AssertToldAsync(DhcpLease[] leases, TimeSpan? within = null)
    {
        var answers = await AskAsync(leases, within ?? Deadlines.Answer);
        Assert.Equal(leases.Length, answers.Count);
        Assert.All(leases, lease => Addresses.AssertTells(lease, answers[lease.Address], _started));
    }

    Task<IReadOnlyDictionary<IPAddress, HandMadeDhcp>> AskAsync(DhcpLease[] leases, TimeSpan limit) =>
        _concentrator.AskAsync(leases.Select(lease => lease.Address), _service.Endpoint, limit);

    Task<IscDhcpServer> StartEastAsync() => StartAsync(
        _eastMachine, [.. _east, .. _eastShared, _outdated],
        Subnet("10.81.0.0"), Subnet("10.83.0.0", "10.83.1.0", "10.83.2.255"));

    Task<IscDhcpServer> StartWestAsync() => StartAsync(
        _westMachine, [.. _west, .. _westShared, _current],
        Subnet("10.82.0.0"), Subnet("10.83.0.0", "10.83.2.0", "10.83.3.255"));

    static Task<IscDhcpServer> StartAsync(NetworkNamespace machine, DhcpLease[] leases, params DhcpSubnet[] subnets) =>
        IscDhcpServer.StartAsync(machine, ServerNetwork.ServerInterface,
            new IscDhcpServerSettings([new DhcpSubnet(ServerNetwork.Lan), .. subnets]) { Leases = leases });

    static DhcpSubnet Subnet(string network, string? first = null, string? last = null)
    {
        var prefix = IPNetwork.Parse($"{network}/16");
        var start = network[..^3]; // 10.81.
        return new DhcpSubnet(prefix, IPAddress.Parse(first ?? $"{start}1.0"), IPAddress.Parse(last ?? $"{start}2.255"));
    }

    DhcpLease[] LeasesFrom(string first, int count) =>
        [.. DhcpLease.Consecutive(IPAddress.Parse(first), count, _started.AddHours(-1), TimeSpan.FromDays(1))];
}
