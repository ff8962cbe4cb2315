using Akka.Actor;
using Akka.TestKit;
using Leasequery.Actors.Upstream;
using Leasequery.Domain.Bindings;
using Leasequery.Domain.Networks;
using Leasequery.Domain.Upstream;
using Leasequery.Wire;

namespace Leasequery.Actors.Tests.Upstream;

/// <summary>Whom to ask (N16 to N19, N41).</summary>
public class UpstreamActorTests : UpstreamSpec
{
    private const string One = "192.0.2.1:67";
    private const string Two = "192.0.2.2:67";
    private const string Three = "192.0.2.3:67";

    private static readonly LeaseReported Lease =
        new(Address("10.1.2.3"), default, null, 1, 3600, null, null, null, default, default, default);

    private readonly TestProbe _servers;
    private readonly IActorRef _upstream;
    private volatile bool _isEnding;

    public UpstreamActorTests()
    {
        _servers = CreateTestProbe();
        var networks = new ManagedNetworks([Ipv4Prefix.Parse("10.1.0.0/16"), Ipv4Prefix.Parse("10.2.0.0/16")]);
        _upstream = Sys.ActorOf(
            UpstreamActor.Props(new AuthorityMap(networks, [One, Two, Three]), _servers, () => _isEnding));
    }

    [Fact]
    public void Where_nobody_is_known_to_manage_the_address_all_are_asked_N19()
    {
        Assert.Equal([One, Two, Three], Ask("10.1.2.3"));
        ExpectQueries("10.1.2.3", One, Two, Three);
    }

    [Fact]
    public void Who_asks_is_told_whom_it_waits_for_before_anything_is_said()
    {
        _servers.SetAutoPilot(new DelegateAutoPilot((_, message) =>
        {
            Say((ServerProtocol.Query)message, ServerVerdict.NotManaged);
            return AutoPilot.KeepRunning;
        }));
        _upstream.Tell(new UpstreamProtocol.Ask(Address("10.1.2.3"), 7, []), TestActor);

        Assert.Equal([One, Two, Three], ExpectMsg<UpstreamProtocol.Asked>().Servers);
        for (var said = 0; said < 3; said++)
            ExpectMsg(new UpstreamProtocol.Said(7, ServerVerdict.NotManaged, null));
    }

    [Fact]
    public void A_query_carries_who_asks_and_its_round()
    {
        _upstream.Tell(new UpstreamProtocol.Ask(Address("10.1.2.3"), 7, [One, Two]), TestActor);
        _servers.ExpectMsg(new ServerProtocol.Query(Three, Address("10.1.2.3"), TestActor, 7));
        Assert.Equal(_upstream, _servers.Sender);
    }

    [Fact]
    public void Outside_the_networks_nobody_is_asked_N16()
    {
        Assert.Empty(Ask("10.3.0.1"));
        ExpectQueries("10.3.0.1");
    }

    [Fact]
    public void Who_was_asked_already_is_not_asked_again_N18()
    {
        Assert.Equal([Two], Ask("10.1.2.3", One, Three));
        Assert.Empty(Ask("10.1.2.3", One, Two, Three));
        ExpectQueries("10.1.2.3", Two);
    }

    [Theory]
    [InlineData(ServerVerdict.Leased)]
    [InlineData(ServerVerdict.Configured)]
    [InlineData(ServerVerdict.NoLease)]
    public void Any_ack_shows_who_manages_the_network_and_it_alone_is_asked_N17_N41(ServerVerdict ack)
    {
        Hear(Two, "10.1.2.3", ack);
        Assert.Equal([Two], Ask("10.1.9.9"));
        Assert.Equal([One, Two, Three], Ask("10.2.0.1")); // another network
        Assert.Equal([One, Three], Ask("10.1.9.9", Two)); // the others, where the one that should know does not
    }

    [Fact]
    public void Two_may_manage_a_network_and_both_are_asked()
    {
        Hear(Three, "10.1.2.3", ServerVerdict.Leased);
        Hear(One, "10.1.2.4", ServerVerdict.NoLease);
        Assert.Equal([One, Three], Ask("10.1.9.9"));
    }

    [Fact]
    public void A_nak_teaches_nothing_N43()
    {
        Hear(Two, "10.1.2.3", ServerVerdict.NotManaged);
        Assert.Equal([One, Two, Three], Ask("10.1.9.9"));
        Hear(Two, "10.1.2.3", ServerVerdict.Leased);
        Hear(Two, "10.1.2.4", ServerVerdict.NotManaged);
        Assert.Equal([Two], Ask("10.1.9.9"));
    }

    [Fact]
    public void A_server_that_falls_silent_is_forgotten_and_learned_again()
    {
        Hear(Two, "10.1.2.3", ServerVerdict.Leased);
        Hear(Two, "10.2.2.3", ServerVerdict.Leased);
        Hear(Two, "10.1.2.4", ServerVerdict.Silent);
        Assert.Equal([One, Two, Three], Ask("10.1.9.9"));
        Assert.Equal([One, Two, Three], Ask("10.2.9.9"));
        Hear(Two, "10.1.2.3", ServerVerdict.Leased);
        Assert.Equal([Two], Ask("10.1.9.9"));
    }

    [Fact] // it is the one that manages the network, and so swamped because it does
    public void A_server_that_is_too_busy_to_be_asked_is_not_forgotten()
    {
        Hear(Two, "10.1.2.3", ServerVerdict.Leased);
        Hear(Two, "10.1.2.4", ServerVerdict.Busy);
        Assert.Equal([Two], Ask("10.1.9.9"));
    }

    [Fact]
    public void When_the_actor_of_a_server_moves_it_is_asked_again_and_nothing_is_forgotten()
    {
        Hear(Two, "10.1.2.3", ServerVerdict.Leased);
        var query = new ServerProtocol.Query(Two, Address("10.1.2.4"), TestActor, 7);
        _upstream.Tell(query);
        _servers.ExpectMsg(query);
        Assert.Equal(_upstream, _servers.Sender); // which will be answered
        Assert.False(HasMessages);
        Assert.Equal([Two], Ask("10.1.9.9"));
    }

    [Fact] // its region would wait for a place for the server's shard, and the node with it
    public void On_a_node_that_ends_nobody_is_asked_again()
    {
        _isEnding = true;
        _upstream.Tell(new ServerProtocol.Query(Two, Address("10.1.2.4"), TestActor, 7));
        ExpectMsg(new UpstreamProtocol.Said(7, ServerVerdict.Silent, null));
        Assert.False(_servers.HasMessages);
    }

    [Fact]
    public void What_a_server_says_goes_to_who_asked_with_its_round()
    {
        _upstream.Tell(new ServerProtocol.Result(One, Address("10.1.2.3"), TestActor, 5, ServerVerdict.Leased, Lease));
        ExpectMsg(new UpstreamProtocol.Said(5, ServerVerdict.Leased, Lease));
    }

    [Fact]
    public void Each_server_is_an_entity_of_its_own_in_a_shard_of_its_own()
    {
        var routing = new ServerRouting();
        var query = new ServerProtocol.Query(One, Address("10.1.2.3"), TestActor, 1);
        Assert.Equal((One, One, query), (routing.EntityId(query), routing.ShardId(query), routing.EntityMessage(query)));
        Assert.Equal(One, routing.ShardId(One, null));
        Assert.Null(routing.EntityId((object)"text"));
        Assert.Null(routing.ShardId((object)"text"));
    }

    private IReadOnlyList<string> Ask(string address, params string[] alreadyAsked)
    {
        _upstream.Tell(new UpstreamProtocol.Ask(Address(address), 1, [.. alreadyAsked]), TestActor);
        return ExpectMsg<UpstreamProtocol.Asked>(asked => asked.Round == 1).Servers;
    }

    private void ExpectQueries(string address, params string[] servers)
    {
        foreach (var server in servers)
            _servers.ExpectMsg(new ServerProtocol.Query(server, Address(address), TestActor, 1));
        Settle(_servers);
        Assert.False(_servers.HasMessages);
    }

    private void Hear(string server, string address, ServerVerdict verdict) =>
        _upstream.Tell(new ServerProtocol.Result(server, Address(address), ActorRefs.Nobody, 1, verdict, null));

    private void Say(ServerProtocol.Query query, ServerVerdict verdict) =>
        _upstream.Tell(new ServerProtocol.Result(query.Server, query.Address, query.Asker, query.Round, verdict, null));
}
