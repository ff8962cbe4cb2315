using System.Net;
using System.Text;
using Leasequery.EndToEnd.Tests.Peers;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Peers.Packets;
using Leasequery.EndToEnd.Tests.Service;

namespace Leasequery.EndToEnd.Tests.Upstream;

/// <summary>Servers of the first draft, a server of our own kind, and replies that nobody asked for.</summary>
[MostlyWaits]
public sealed class DialectSpec
{
    const byte Ack = 5, Nak = 6;
    const uint RemainingSeconds = 3600;

    static readonly byte[] Device = [0x02, 0x50, 1, 2, 3, 4];
    static readonly IPAddress Leased = IPAddress.Parse("10.1.0.1");
    static readonly IPAddress Vacant = IPAddress.Parse("10.1.0.2");
    static readonly IPAddress Foreign = IPAddress.Parse("10.1.0.3");
    static readonly IPAddress OfNobody = IPAddress.Parse("10.2.0.1");

    [Theory]
    [InlineData("draft-0")]
    [InlineData("probe")]
    public async Task a_server_of_draft_0_is_asked_in_its_dialect_and_its_nak_is_cached(string dialect)
    {
        using var server = new FakeServer(SpeakDraft0);
        using var folder = new TempFolder("store");
        using var service = await LeasequeryProcess.StartAsync(Settings(folder, server, dialect));
        using var requestor = new Requestor();
        if (dialect == "probe")
            await FoundOutAsync(server, requestor, service);

        var leased = await requestor.AskAsync(About(Leased), service.Endpoint);
        var vacant = await requestor.AskAsync(About(Vacant), service.Endpoint);
        var foreign = await requestor.AskAsync(About(Foreign), service.Endpoint);
        var packets = server.Queries.Count;
        var again = await requestor.AskAsync(About(Foreign), service.Endpoint);
        await requestor.AskAsync(About(Vacant), service.Endpoint);
        await requestor.AskAsync(About(Leased), service.Endpoint);

        Assert.Equal((HandMadeQuery.Active, "port 1"), (leased.MessageType, leased.CircuitId));
        Assert.Equal(Device, leased.Hardware);
        Assert.InRange(leased.Seconds(51)!.Value, RemainingSeconds - 60, RemainingSeconds);
        Assert.Equal(HandMadeQuery.Unassigned, vacant.MessageType);
        Assert.Equal(HandMadeQuery.Unknown, foreign.MessageType);
        Assert.Equal(HandMadeQuery.Unknown, again.MessageType);
        Assert.Equal(packets, server.Queries.Count); // N42, N44: all three are known now
        await service.Monitoring.ShowsAsync(
            metrics => metrics.Total("leasequery_upstream_cached_total") == 1, "the cached NAK to answer");
        Assert.All(server.Queries.Where(query => query.MessageType == HandMadeQuery.Draft), query =>
        {
            Assert.Empty(query.Hardware); // N12
            Assert.Equal(IPAddress.Loopback, query.RelayAddress); // N14
            Assert.Contains((byte)82, query.Option(55)!); // N15
        });
        Assert.Empty(service.LoggedErrors);
    }

    [Fact]
    public async Task replies_that_nobody_asked_for_are_dropped_and_counted()
    {
        // What a stranger would have to guess is wrong in the first two, so the third is the one that is believed.
        using var server = new FakeServer(query =>
        [
            Lease(query, HandMadeQuery.Active, "wrong xid") with { TransactionId = query.TransactionId ^ 1 },
            Lease(query, HandMadeQuery.Active, "wrong address") with { ClientAddress = Foreign },
            Lease(query, HandMadeQuery.Active, "right"),
            Lease(query, HandMadeQuery.Active, "too late"),
        ]);
        using var folder = new TempFolder("store");
        using var service = await LeasequeryProcess.StartAsync(Settings(folder, server, "rfc4388"));
        using var requestor = new Requestor();

        var answer = await requestor.AskAsync(About(Leased), service.Endpoint);
        requestor.Send(Lease(server.Queries.Single(), HandMadeQuery.Active, "stranger"), service.Endpoint);
        await service.Monitoring.ShowsAsync(
            metrics => metrics.Total("leasequery_upstream_dropped_total") == 3 && metrics.Drops["unsolicited-reply"] == 1,
            "three replies of the server and one of a stranger to be dropped");
        var again = await requestor.AskAsync(About(Leased), service.Endpoint);

        Assert.Equal(("right", "right"), (answer.CircuitId, again.CircuitId));
        Assert.Empty(service.LoggedErrors);
    }

    [Fact]
    public async Task what_one_service_gleaned_a_service_before_it_learns()
    {
        using var folder = new TempFolder("behind");
        using var otherFolder = new TempFolder("before");
        using var behind = await LeasequeryProcess.StartAsync(
            new ServeSettings(folder.Path).With("leasequery.networks", """["10.1.0.0/16"]"""));
        using var before = await LeasequeryProcess.StartAsync(new ServeSettings(otherFolder.Path)
            .With("leasequery.upstream.servers", $$"""[{ address = "{{behind.Endpoint}}" }]"""));
        using var requestor = new Requestor();
        var homes = Home.Take(100);
        foreach (var home in homes)
            requestor.Send(home.Ack, behind.Endpoint);
        await behind.Monitoring.ShowsAsync(metrics => metrics.GleanedAndStored == homes.Count, "all homes to be known");

        foreach (var home in homes)
            home.AssertLeased(await requestor.AskAsync(home.Query(), before.Endpoint));
        var vacant = await requestor.AskAsync(new Home(homes.Count).Query(), before.Endpoint);
        var foreign = await requestor.AskAsync(About(OfNobody), before.Endpoint);

        Assert.Equal((HandMadeQuery.Unassigned, HandMadeQuery.Unknown), (vacant.MessageType, foreign.MessageType));
        Assert.Empty(behind.LoggedErrors.Concat(before.LoggedErrors));
    }

    [Fact]
    public async Task while_the_server_is_silent_the_last_location_is_told_where_the_settings_want_it()
    {
        using var server = new FakeServer(_ => []);
        using var folder = new TempFolder("store");
        using var service = await LeasequeryProcess.StartAsync(
            Settings(folder, server, "rfc4388")
                .With("leasequery.upstream.when-silent", "last-known").With("leasequery.upstream.patience", "1 s"));
        using var requestor = new Requestor();
        var home = new Home(1);
        requestor.Send(home.Ack.Without(51).With(51, 0, 0, 0, 1), service.Endpoint);
        await service.Monitoring.ShowsAsync(metrics => metrics.GleanedAndStored == 1, "a lease of a second to be known");

        var answer = await Eventually.GivesAsync(
            async () => await requestor.AskAsync(home.Query(), service.Endpoint) is var told && told.Option(51) is null
                ? told
                : null,
            Deadlines.Answer, "an answer without a lease time");

        Assert.Equal((HandMadeQuery.Active, home.Ack.CircuitId), (answer.MessageType, answer.CircuitId));
        Assert.Equal(home.Ack.Hardware, answer.Hardware);
        Assert.InRange(answer.Seconds(91)!.Value, 1u, (uint)(2 * Deadlines.Answer).TotalSeconds);
        Assert.NotEmpty(server.Queries);
    }

    // A server that is probed is polled with both queries in turn, 10 to 12 s apart; each poll needs somebody who
    // asks.
    static Task<string> FoundOutAsync(FakeServer server, Requestor requestor, LeasequeryProcess service) => Eventually.GivesAsync(
        () =>
        {
            requestor.Send(About(Leased), service.Endpoint);
            return server.Queries.Any(query => query.MessageType == HandMadeQuery.Draft) ? "asked" : null;
        },
        Deadlines.Answer, "a draft query, the second poll");

    static IEnumerable<HandMadeDhcp> SpeakDraft0(HandMadeDhcp query)
    {
        if (query.MessageType != HandMadeQuery.Draft)
            return []; // N4
        if (query.ClientAddress.Equals(Leased))
            return [Lease(query, Ack, "port 1")];
        return [FakeServer.Reply(query, query.ClientAddress.Equals(Foreign) ? Nak : Ack)];
    }

    static HandMadeDhcp Lease(HandMadeDhcp query, byte messageType, string circuit) => FakeServer.Reply(query, messageType)
        .With(51, 0, 0, (byte)(RemainingSeconds >> 8), (byte)(RemainingSeconds & 0xFF))
        .With(82, [1, (byte)circuit.Length, .. Encoding.ASCII.GetBytes(circuit)])
        with { Hardware = Device };

    static HandMadeDhcp About(IPAddress address) => HandMadeQuery.About(address, IPAddress.Loopback);

    static ServeSettings Settings(TempFolder folder, FakeServer server, string dialect) => new ServeSettings(folder.Path)
        .With("leasequery.upstream.servers", $$"""[{ address = "{{server.Endpoint}}", dialect = {{dialect}} }]""");
}
