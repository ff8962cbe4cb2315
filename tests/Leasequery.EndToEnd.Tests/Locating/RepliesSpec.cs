using System.Net;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Peers.Packets;
using Leasequery.EndToEnd.Tests.Service;

namespace Leasequery.EndToEnd.Tests.Locating;

/// <summary>Where answers come from and go to, and in which dialect, by the prefix that giaddr is in.</summary>
public sealed class RepliesSpec
{
    const int Ack = 5, Nak = 6, Known = 14, UnknownOfTheDrafts = 15, ActiveOfDraft4 = 16;
    const int OwnNumber = 200;

    static readonly Home Leased = new(1);
    static readonly Home Vacant = new(2);
    static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.1");

    [Fact]
    public async Task an_answer_leaves_from_the_address_that_was_asked()
    {
        using var folder = new TempFolder("store");
        using var service = await LeasequeryProcess.StartAsync(
            new ServeSettings(folder.Path).With("leasequery.ingress.listen", """["0.0.0.0:0"]"""));
        using var requestor = new Requestor();
        foreach (var asked in new[] { "127.0.0.1", "127.0.0.2", "127.200.0.1" })
        {
            var endpoint = new IPEndPoint(IPAddress.Parse(asked), service.Endpoint.Port);

            var (answer, from) = await requestor.AskWithSourceAsync(Vacant.Query(), endpoint);

            Assert.Equal(endpoint, from);
            Assert.Equal(endpoint.Address.GetAddressBytes(), answer.Option(54));
        }
    }

    [Fact]
    public async Task each_requestor_is_answered_in_its_own_dialect_and_at_its_own_port()
    {
        using var folder = new TempFolder("store");
        using var fixedPort = new Requestor("127.0.5.1");
        using var service = await LeasequeryProcess.StartAsync(new ServeSettings(folder.Path).With("leasequery.requestors", $$"""
            [ { prefix = "127.0.0.0/16", reply-port = source },
              { prefix = "127.0.2.0/24", reply-port = source, dialect = draft-2 },
              { prefix = "127.0.4.0/24", reply-port = source, dialect = draft-4, draft-query = {{OwnNumber}} },
              { prefix = "127.0.5.0/24", reply-port = {{fixedPort.Local.Port}} },
              { prefix = "127.0.6.0/24" } ]
            """.ReplaceLineEndings(" ")));
        using var relay = new Requestor();
        relay.Send(Leased.Ack, service.Endpoint);
        await service.Monitoring.ShowsAsync(metrics => metrics.GleanedAndStored == 1, "a home to be known");

        await AssertDialectAsync(service, "127.0.0.1", HandMadeQuery.Draft, Ack, Ack, Nak);
        await AssertDialectAsync(service, "127.0.2.1", HandMadeQuery.Draft, Known, Known, UnknownOfTheDrafts);
        await AssertDialectAsync(service, "127.0.4.1", OwnNumber, ActiveOfDraft4, Known, UnknownOfTheDrafts);
        foreach (var requestor in new[] { "127.0.0.1", "127.0.2.1", "127.0.4.1" }) // RFC 4388 is RFC 4388 for all.
            await AssertDialectAsync(
                service, requestor, HandMadeQuery.Rfc4388, HandMadeQuery.Active, HandMadeQuery.Unassigned, HandMadeQuery.Unknown);

        await AssertFixedPortAsync(service, fixedPort);
        await AssertSourcePortOfRfc8357Async(service);
        await AssertOtherNumberIsNoQueryAsync(service);
    }

    static async Task AssertDialectAsync(
        LeasequeryProcess service, string requestor, int query, int leased, int vacant, int elsewhere)
    {
        using var socket = new Requestor(requestor);
        var answer = await AskAsync(Leased.Address);
        Assert.Equal(leased, answer.MessageType);
        Assert.Equal(Leased.Ack.Hardware, answer.Hardware);
        Assert.Equal(Leased.Ack.Option(82), answer.Option(82));
        Assert.NotNull(answer.Seconds(51));

        answer = await AskAsync(Vacant.Address);
        Assert.Equal(vacant, answer.MessageType);
        Assert.Empty(answer.Hardware);
        Assert.Null(answer.Option(51));

        answer = await AskAsync(Elsewhere);
        Assert.Equal(elsewhere, answer.MessageType);
        Assert.Null(answer.Option(51));
        Assert.Null(answer.Option(82));

        Task<HandMadeDhcp> AskAsync(IPAddress address) =>
            socket.AskAsync(HandMadeQuery.About(address, socket.Local.Address, query), service.Endpoint);
    }

    /// <summary>The answer goes to the port that the setting names, whichever port asks.</summary>
    static async Task AssertFixedPortAsync(LeasequeryProcess service, Requestor fixedPort)
    {
        using var other = new Requestor("127.0.5.1");
        var query = HandMadeQuery.About(Vacant.Address, fixedPort.Local.Address);
        other.Send(query, service.Endpoint);
        var (answer, _) = await fixedPort.HearAsync(query.TransactionId);
        Assert.Equal(HandMadeQuery.Unassigned, answer.MessageType);
    }

    /// <summary>Sub-option 19 of option 82: a requestor of the usual kind, that asks to be answered at its own port.</summary>
    static async Task AssertSourcePortOfRfc8357Async(LeasequeryProcess service)
    {
        using var requestor = new Requestor("127.0.6.1");
        var query = HandMadeQuery.About(Vacant.Address, requestor.Local.Address).With(82, 19, 0);
        Assert.Equal(HandMadeQuery.Unassigned, (await requestor.AskAsync(query, service.Endpoint)).MessageType);
    }

    /// <summary>13 is no query for gear that uses another number.</summary>
    static async Task AssertOtherNumberIsNoQueryAsync(LeasequeryProcess service)
    {
        using var requestor = new Requestor("127.0.4.1");
        requestor.Send(HandMadeQuery.About(Vacant.Address, requestor.Local.Address, HandMadeQuery.Draft), service.Endpoint);
        await service.Monitoring.ShowsAsync(metrics => metrics.Drops["unknown-message-type"] == 1, "the query to be dropped");
    }
}
