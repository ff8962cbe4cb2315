using Akka.Actor;
using Leasequery.Actors.Ingress;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Upstream;
using Leasequery.Domain.Upstream;
using Leasequery.Wire;

namespace Leasequery.Actors.Tests.Upstream;

/// <summary>A spec about the actor of one DHCP server: what leaves for it is kept with its time.</summary>
public abstract class ServerActorSpec : UpstreamSpec
{
    private protected const string Name = "192.0.2.1:67";
    private protected const byte LeaseQuery = 10;
    private protected const byte Unassigned = 11;
    private protected const byte Unknown = 12;
    private protected const byte Active = 13;

    private readonly UpstreamRecorder _ingress;
    private readonly UpstreamRecorder _upstream;
    private readonly List<UpstreamQuery> _sent = [];

    protected ServerActorSpec()
    {
        _ingress = Recorder("ingress");
        _upstream = Recorder("upstream"); // sends the questions, gets the results
        Asker = Recorder("asker");
    }

    private protected ServerCounters Counters { get; } = new();

    /// <summary>Who wants to know.</summary>
    private protected IActorRef Asker { get; }

    /// <summary>Whether its node is of a version that takes back what it asked.</summary>
    private protected bool DoesUpstreamAskAgain { get; set; } = true;

    /// <summary>Everything that was sent to the server.</summary>
    private protected IReadOnlyList<UpstreamQuery> Sent
    {
        get
        {
            _sent.AddRange(_ingress.Take<IngressProtocol.Send>().Select(told => UpstreamQuery.Read(told.At, told.Message)));
            return _sent;
        }
    }

    private protected IActorRef StartServer(string server = "", string upstream = "")
    {
        var settings = Settings($"servers = [{{ address = \"192.0.2.1\" {server} }}]\n{upstream}");
        return Start<ServerActor>(ServerActor.Props(settings.Upstream.Servers[0], settings, Counters, Clock, _ingress,
            _ => DoesUpstreamAskAgain));
    }

    /// <summary>A server that has just answered a question about 10.1.0.0: it supports leasequery.</summary>
    private protected IActorRef StartSupporting(string server = "", string upstream = "", byte reply = Unassigned)
    {
        var actor = StartServer(server, upstream);
        Ask(actor, "10.1.0.0");
        Reply(actor, Sent[^1].Reply(reply));
        Assert.Single(Results());
        return actor;
    }

    private protected void Ask(IActorRef server, string address, int round = 1) => Ask(server, Address(address), round);

    private protected void Ask(IActorRef server, Ipv4Address address, int round = 1) =>
        server.Tell(new ServerProtocol.Query(Name, address, Asker, round), _upstream);

    /// <summary>Asks about so many addresses from 10.1.1.0 on.</summary>
    private protected void AskMany(IActorRef server, int count)
    {
        for (var i = 0u; i < count; i++)
            Ask(server, new Ipv4Address(Address("10.1.1.0").Value + i));
    }

    private protected static void Reply(IActorRef server, ServerReply reply) =>
        server.Tell(new ServerProtocol.Replied(Name, reply));

    private protected IReadOnlyList<ServerProtocol.Result> Results() =>
        [.. _upstream.Take<ServerProtocol.Result>().Select(told => told.Message)];

    /// <summary>The queries that came back to whoever sent them.</summary>
    private protected IReadOnlyList<ServerProtocol.Query> Returned() =>
        [.. _upstream.Take<ServerProtocol.Query>().Select(told => told.Message)];

    private protected IReadOnlyList<ServerVerdict> Verdicts() => [.. Results().Select(result => result.Verdict)];

    /// <summary>The seconds between packets.</summary>
    private protected static IReadOnlyList<double> Gaps(IEnumerable<UpstreamQuery> sent)
    {
        TimeSpan[] times = [.. sent.Select(query => query.At)];
        return [.. times.Zip(times.Skip(1), (earlier, later) => (later - earlier).TotalSeconds)];
    }
}
