using Akka.Actor;
using Akka.TestKit;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Delivery;
using Leasequery.Actors.Forwarding;
using Leasequery.Actors.Ingress;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Tests.Forwarding;
using Leasequery.Actors.Tests.Support;
using Leasequery.Domain.Bindings;
using Leasequery.Tests.Support;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Ingress;

public class DatagramHandlerTests : ActorSpec
{
    private const string Networks = """
        requestors = [
          { prefix = "10.9.0.0/16" }
          { prefix = "10.9.2.0/24", dialect = "draft-2" }
          { prefix = "10.9.4.0/24", dialect = "draft-4", draft-query = 200 }
          { prefix = "10.9.5.0/24", reply-port = "source" }
          { prefix = "10.9.6.0/24", reply-port = 1067 }
        ]
        static-devices = [
          { address = "10.1.9.9", hardware = "00:0a:28:00:00:09", relay-agent-information = "0104deadbeef" }
          { address = "10.1.9.10", infinite-lease = on }
        ]
        """;

    private static readonly Message Reply = Message.Query(type: 13) with { OpCode = DhcpOpCode.BootReply };
    private static readonly Message AckOfAStranger = Message.Ack() with { Giaddr = Ipv4Address.Parse("10.8.0.1") };

    private static readonly Message Release =
        new(DhcpOpCode.BootRequest, (byte)DhcpMessageType.Release) { Ciaddr = Subscriber, Device = Modem };

    private static readonly Address OtherNode = new("akka.tcp", "leasequery", "10.0.0.2", 4053);

    private static readonly Ipv4Endpoint Source = Endpoint("10.9.0.1:6767");
    private static readonly Ipv4Endpoint Asked = Endpoint("192.0.2.7:67");

    private readonly TestProbe _addresses;
    private readonly TestProbe _ingress;
    private readonly TestProbe _forwarder;
    private readonly TestProbe _deliverer;
    private readonly DatagramCounters _counters = new();
    private readonly IngressContext _context;
    private readonly DatagramHandler _handler;
    private readonly byte[] _reply = new byte[LeasequeryReply.MaxSize];

    public DatagramHandlerTests()
    {
        _addresses = CreateTestProbe();
        _ingress = CreateTestProbe();
        _forwarder = CreateTestProbe();
        _deliverer = CreateTestProbe();
        _context = new IngressContext(Support.Node.Settings(Networks), Node.Table, Node.Store,
            new AdmissionGate(2, TimeSpan.FromSeconds(5), Node.Clock), new AdmissionGate(2, TimeSpan.FromSeconds(5), Node.Clock),
            Touch.Always(Node.Clock));
        _handler = new DatagramHandler(_context, _addresses, ActorRefs.Nobody, _ingress, new Forwarders(_forwarder, _deliverer),
            _counters);
        Node.WithAllShards();
    }

    [Theory] // giaddr, query; message type of the answer
    [InlineData("10.9.0.1", 10, 13)]
    [InlineData("10.9.0.1", 13, 5)]
    [InlineData("10.9.2.1", 10, 13)]
    [InlineData("10.9.2.1", 13, 14)]
    [InlineData("10.9.4.1", 10, 13)]
    [InlineData("10.9.4.1", 200, 16)]
    public void An_active_lease_is_answered_in_the_dialect_of_the_query_and_its_requestor(string giaddr, byte query, byte answer)
    {
        Node.Table.Publish(Bound, 1);
        Assert.StartsWith($"2 10.1.2.3 00:0a:28:00:fa:42 53:{answer:x2}",
            Answer(Message.Query(giaddr: giaddr, type: query)), StringComparison.Ordinal);
    }

    [Theory] // N25, RFC 4388: an address outside the networks
    [InlineData("10.9.0.1", 10, "53:0c 54:c0000207")]
    [InlineData("10.9.0.1", 13, "53:06")] // N26: a NAK carries nothing else
    [InlineData("10.9.2.1", 13, "53:0f")]
    [InlineData("10.9.4.1", 200, "53:0f")]
    public void An_address_outside_the_networks_is_not_ours_N25(string giaddr, byte query, string options) =>
        Assert.Equal($"2 10.2.0.1 nobody {options}", Answer(Message.Query("10.2.0.1", giaddr, query)));

    [Fact]
    public void A_lease_is_told_with_what_remains_and_where_it_is_N27_N34()
    {
        Node.Table.Publish(Bound, 1);
        Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("2 10.1.2.3 00:0a:28:00:fa:42 53:05 54:c0000207 51:00000bb8 82:0104000204430206c40415bda862",
            Answer(Message.Query(type: 13)));
    }

    [Fact]
    public void An_expired_lease_is_none_but_its_device_is_told_N28_N31()
    {
        Node.Table.Publish(Bound, 1);
        Advance(TimeSpan.FromHours(1));
        Assert.Equal("2 10.1.2.3 00:0a:28:00:fa:42 53:05 54:c0000207 82:0104000204430206c40415bda862",
            Answer(Message.Query(type: 13)));
        Assert.Equal("2 10.1.2.3 nobody 53:0b 54:c0000207", Answer(Message.Query()));
    }

    [Fact]
    public void An_address_that_nobody_was_ever_seen_on_has_no_lease_N23_N32()
    {
        Assert.Equal("2 10.1.2.3 nobody 53:0b 54:c0000207", Answer(Message.Query()));
        Assert.Equal("2 10.1.2.3 nobody 53:05 54:c0000207", Answer(Message.Query(type: 13)));
    }

    [Theory] // N24, N35, N28
    [InlineData("10.1.9.9", "00:0a:28:00:00:09 53:05 54:c0000207 82:0104deadbeef")]
    [InlineData("10.1.9.10", "nobody 53:05 54:c0000207 51:ffffffff")]
    public void A_static_device_is_told_by_the_configuration_N24(string address, string answer) =>
        Assert.Equal($"2 {address} {answer}", Answer(Message.Query(address, type: 13)));

    [Theory] // N39, RFC 8357: always to giaddr; the port is 67 but where the profile or the query says otherwise
    [InlineData("10.9.0.1", false, "10.9.0.1:67")]
    [InlineData("10.9.0.1", true, "10.9.0.1:6767")]
    [InlineData("10.9.5.1", false, "10.9.5.1:6767")]
    [InlineData("10.9.6.1", false, "10.9.6.1:1067")]
    [InlineData("10.9.6.1", true, "10.9.6.1:1067")]
    public void An_answer_goes_to_giaddr_N39(string giaddr, bool namesItsPort, string destination)
    {
        var query = Message.Query(giaddr: giaddr);
        query = namesItsPort ? query.With(DhcpOption.RelayAgentInformation, "1300") : query;
        Assert.NotEqual(0, Handle(query.ToBytes(), out var sentTo));
        Assert.Equal(destination, sentTo.ToString());
    }

    [Fact]
    public void What_the_table_settles_is_counted_and_asks_nobody()
    {
        Answer(Message.Query(type: 13));
        Assert.Equal((1, 1, 0), (_counters.Count(DatagramKind.Query), _counters.Settled, _counters.Asked));
        Assert.Equal(1, _counters.Count(LeasequeryDialect.Draft0, LeasequeryOutcome.Unleased));
        Assert.Equal(0, _context.Questions.InFlight);
        Assert.False(_addresses.HasMessages);
    }

    [Fact]
    public void What_the_table_does_not_know_is_asked_of_the_addresss_actor()
    {
        DropAllShards();
        Assert.Equal(0, Handle(Message.Query(giaddr: "10.9.4.1", type: 200).ToBytes(), out _));

        var question = _addresses.ExpectMsg<AddressProtocol.Locate>();
        Assert.Equal((Subscriber, LeasequeryDialect.Draft4, Endpoint("10.9.4.1:67"), Asked),
            (question.Address, question.Dialect, question.ReplyTo, question.Asked));
        Assert.Equal((0x1234u, Ipv4Address.Parse("10.9.4.1")), (question.Request.TransactionId, question.Request.RelayAddress));
        Assert.Equal(_ingress.Ref, _addresses.Sender);
        Assert.Equal((1, 0), (_counters.Asked, _counters.Settled));

        Assert.Equal(1, _context.Questions.InFlight);
        _context.Questions.Leave(question.AskedAt); // the ticket travels with the question
        Assert.Equal(0, _context.Questions.InFlight);
    }

    [Fact]
    public void What_another_node_owns_is_asked_of_that_node_when_the_batch_is_over()
    {
        DropAllShards();
        var node = CreateTestProbe();
        LearnOwner(Subscriber, node);
        Assert.Equal(0, Handle(Message.Query(giaddr: "10.9.4.1", type: 200).ToBytes(), out _));
        Assert.False(_forwarder.HasMessages);
        _handler.Flush();

        var ask = _forwarder.ExpectMsg<ForwardActor.ToNode>();
        Assert.Equal(node.Ref, ask.Node);
        var question = Assert.Single(Batches.Read(Assert.IsType<LookUpProtocol.Questions>(ask.Batch)));
        Assert.Equal((Subscriber, LeasequeryDialect.Draft4, Endpoint("10.9.4.1:67"), Asked),
            (question.Request.Address, question.Dialect, question.ReplyTo, question.Asked));
        Assert.False(_addresses.HasMessages);
        Assert.Equal((1, 0, 1), (_counters.AskedOfNode, _counters.Asked, _context.Questions.InFlight));
    }

    [Fact] // decided where it was asked
    public void What_needs_no_shard_is_asked_of_nobody()
    {
        DropAllShards();
        var node = CreateTestProbe();
        LearnOwner(Ipv4Address.Parse("10.1.9.9"), node);
        LearnOwner(Ipv4Address.Parse("10.2.0.1"), node);
        Answer(Message.Query("10.1.9.9"));
        Answer(Message.Query("10.2.0.1"));
        _handler.Flush();
        Assert.False(_forwarder.HasMessages);
    }

    [Fact] // its owner was heard of elsewhere before it came here
    public void A_shard_that_is_here_is_asked_of_nobody_else()
    {
        DropAllShards();
        var node = CreateTestProbe();
        LearnOwner(Subscriber, node);
        Node.Table.Begin(Node.Table.Shards.ShardOf(Subscriber));
        Handle(Message.Query().ToBytes(), out _);
        _handler.Flush();
        _addresses.ExpectMsg<AddressProtocol.Locate>();
        Assert.False(_forwarder.HasMessages);
    }

    [Fact]
    public void A_shard_of_which_nobody_knows_where_it_is_goes_through_sharding_and_is_looked_for()
    {
        DropAllShards();
        var calls = 0;
        _context.Owners.WhenWanted(() => calls++);
        Handle(Message.Query().ToBytes(), out _);
        _addresses.ExpectMsg<AddressProtocol.Locate>();
        Assert.Equal(1, calls);
    }

    [Fact]
    public void A_lease_that_passes_by_is_gleaned_N5_N6()
    {
        Assert.Equal(0, Handle(Message.Ack().ToBytes(), out _));
        var glean = _addresses.ExpectMsg<AddressProtocol.Glean>();
        Assert.Equal(Grant, glean.Observation);
        Assert.Equal(_ingress.Ref, _addresses.Sender);
        Assert.Equal((1, 1), (_counters.Count(DatagramKind.Dhcp), _context.Gleaning.InFlight));
    }

    [Fact]
    public void A_unicast_release_without_giaddr_is_gleaned_from_a_relays_network()
    {
        Handle(Release.ToBytes(), out _);
        Assert.Equal(new LeaseGivenUp(Subscriber, Modem, null, 0x1234, BindingState.Released),
            _addresses.ExpectMsg<AddressProtocol.Glean>().Observation);
    }

    [Fact]
    public void What_is_gleaned_of_another_nodes_address_goes_to_that_node_when_the_batch_is_over()
    {
        DropAllShards();
        var node = CreateTestProbe();
        LearnOwner(Subscriber, ActorRefs.Nobody, node);
        Handle(Message.Ack().ToBytes(), out _);
        Handle(Release.ToBytes(), out _);
        Assert.False(_deliverer.HasMessages);

        var delivered = ExpectDelivery(node);
        Assert.Equal([Grant, new LeaseGivenUp(Subscriber, Modem, null, 0x1234, BindingState.Released)], Batches.Read(delivered));
        Assert.False(_addresses.HasMessages);
        Assert.Equal((2, 2, 2), (_counters.Count(DatagramKind.Dhcp), _counters.DeliveredToNode, _context.Gleaning.InFlight));
        Assert.True(_context.Gleaning.Leave(delivered.Ticket, delivered.Count)); // the ticket travels with them
        Assert.Equal(0, _context.Gleaning.InFlight);
    }

    [Fact] // it would not know the message
    public void What_is_gleaned_of_an_address_of_a_node_of_an_earlier_version_goes_through_sharding()
    {
        DropAllShards();
        LearnOwner(Subscriber, CreateTestProbe());
        Handle(Message.Ack().ToBytes(), out _);
        _handler.Flush();
        Assert.Equal(Grant, _addresses.ExpectMsg<AddressProtocol.Glean>().Observation);
        Assert.False(_deliverer.HasMessages);
    }

    [Fact]
    public void What_is_gleaned_while_nobody_knows_the_owner_goes_through_sharding_and_the_owner_is_looked_for()
    {
        DropAllShards();
        var calls = 0;
        _context.Owners.WhenWanted(() => calls++);
        Handle(Message.Ack().ToBytes(), out _);
        _addresses.ExpectMsg<AddressProtocol.Glean>();
        Assert.Equal(1, calls);
    }

    [Fact] // it would overtake it: the way of a batch is the shorter one
    public void A_release_behind_an_ack_that_is_on_its_way_goes_the_same_way()
    {
        DropAllShards();
        var node = CreateTestProbe();
        Handle(Message.Ack().ToBytes(), out _);
        var ack = _addresses.ExpectMsg<AddressProtocol.Glean>();
        LearnOwner(Subscriber, ActorRefs.Nobody, node);
        Handle(Release.ToBytes(), out _);
        var release = _addresses.ExpectMsg<AddressProtocol.Glean>();

        foreach (var one in new[] { ack, release })
        {
            _context.Gleaning.Leave(one.SeenAt);
            _context.Ways.Leave(one.Address, one.SeenAt);
        }

        Handle(Message.Ack().ToBytes(), out _);
        Assert.Equal([Grant], Batches.Read(ExpectDelivery(node)));

        _context.Owners.Forget(Node.Table.Shards.ShardOf(Subscriber), OtherNode);
        Handle(Release.ToBytes(), out _);
        Assert.Single(Batches.Read(ExpectDelivery(node))); // it passes it on
        Assert.False(_addresses.HasMessages);
    }

    public static TheoryData<string, DatagramKind, string, byte[]> Drops => new()
    {
        { "too-short", DatagramKind.Other, "10.9.0.1", [] },
        { "too-short", DatagramKind.Other, "10.9.0.1", new byte[239] },
        { "bad-op-code", DatagramKind.Other, "10.9.0.1", new byte[300] },
        { "unknown-source", DatagramKind.Other, "10.8.0.1", Message.Query().ToBytes() }, // N48: the source counts
        { "unknown-relay", DatagramKind.Query, "10.9.0.1", Message.Query(giaddr: "10.8.0.1").ToBytes() }, // and giaddr does
        { "query-no-relay-address", DatagramKind.Query, "10.9.0.1", Message.Query(giaddr: "0.0.0.0").ToBytes() }, // N22
        { "query-no-address", DatagramKind.Query, "10.9.0.1", Message.Query("0.0.0.0").ToBytes() }, // N20
        { "query-several-keys", DatagramKind.Query, "10.9.0.1", (Message.Query() with { Device = Modem }).ToBytes() },
        { "unknown-message-type", DatagramKind.Other, "10.9.0.1", Message.Query(type: 200).ToBytes() },
        { "unknown-message-type", DatagramKind.Other, "10.9.0.1", Message.Query(giaddr: "10.9.4.1", type: 13).ToBytes() },
        { "unsolicited-reply", DatagramKind.Reply, "10.9.0.1", Reply.ToBytes() },
        { "unknown-source", DatagramKind.Other, "10.8.0.1", Message.Ack().ToBytes() },
        { "unknown-relay", DatagramKind.Dhcp, "10.9.0.1", AckOfAStranger.ToBytes() },
        { "no-lease-time", DatagramKind.Dhcp, "10.9.0.1", Message.Ack().Without(DhcpOption.LeaseTime).ToBytes() },
        { "client-request", DatagramKind.Dhcp, "10.9.0.1", new Message(DhcpOpCode.BootRequest, 1).ToBytes() },
        { "outside-networks", DatagramKind.Dhcp, "10.9.0.1", Message.Ack("10.2.0.1").ToBytes() },
        { "static-address", DatagramKind.Dhcp, "10.9.0.1", Message.Ack("10.1.9.9").ToBytes() },
    };

    [Theory]
    [MemberData(nameof(Drops))]
    public void What_cannot_be_used_is_dropped_and_counted_once(string reason, DatagramKind kind, string source, byte[] datagram)
    {
        Assert.Equal(0, Handle(datagram, out _, Endpoint($"{source}:67")));
        Assert.Equal(reason, DropsSeen());
        Assert.Equal((1, 1), (_counters.Count(kind), Enum.GetValues<DatagramKind>().Sum(_counters.Count)));
        Assert.False(_addresses.HasMessages);
    }

    [Fact]
    public void More_questions_than_may_be_in_flight_are_shed()
    {
        DropAllShards();
        for (var i = 0; i < 3; i++)
            Handle(Message.Query().ToBytes(), out _);
        Assert.Equal("shed", DropsSeen());
        Assert.Equal((3, 2), (_counters.Count(DatagramKind.Query), _counters.Asked));
    }

    [Fact]
    public void More_gleaned_messages_than_may_be_in_flight_are_shed()
    {
        for (var i = 0; i < 3; i++)
            Handle(Message.Ack().ToBytes(), out _);
        Assert.Equal("shed", DropsSeen());
        Assert.Equal(2, _context.Gleaning.InFlight);
    }

    [Fact]
    public void While_the_store_is_away_nothing_is_gleaned_but_one_message_to_try_it_and_queries_are_answered()
    {
        Node.Store.ReportFailure(new IOException("disk full"));
        Handle(Message.Ack().ToBytes(), out _);
        Assert.Equal("store-unavailable", DropsSeen());
        Assert.NotEqual(0, Handle(Message.Query().ToBytes(), out _));

        Advance(TimeSpan.FromSeconds(1));
        Handle(Message.Ack().ToBytes(), out _);
        _addresses.ExpectMsg<AddressProtocol.Glean>();
        Handle(Message.Ack().ToBytes(), out _);
        Assert.Equal(2, _counters.Count(IngressDrop.StoreUnavailable));
    }

    [Theory] // found in the slot, found with overflow, never seen, static, outside
    [InlineData("10.1.2.3")]
    [InlineData("10.1.2.4")]
    [InlineData("10.1.2.5")]
    [InlineData("10.1.9.9")]
    [InlineData("10.2.0.1")]
    public void A_settled_query_allocates_nothing(string address)
    {
        Node.Table.Publish(Bound, 1);
        Node.Table.Publish(Bound with { Address = Ipv4Address.Parse("10.1.2.4"), RelayAgentInformation = Octets(1020) }, 1);
        var query = Message.Query(address).ToBytes();
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (var i = 0; i < 10_000; i++)
                _handler.Handle(query, Source, Asked, Some.Now, _reply, out _);
        }));
    }

    private void LearnOwner(Ipv4Address address, IActorRef lookUp, IActorRef? delivery = null) => _context.Owners.Learn(
        Node.Table.Shards.ShardOf(address), OtherNode, node => new ShardOwner(node, lookUp, delivery));

    private DeliveryProtocol.Observations ExpectDelivery(IActorRef node)
    {
        _handler.Flush();
        var given = _deliverer.ExpectMsg<ForwardActor.ToNode>();
        Assert.Equal(node, given.Node);
        return Assert.IsType<DeliveryProtocol.Observations>(given.Batch);
    }

    private void DropAllShards()
    {
        for (var shard = 0; shard < Node.Table.Shards.Count; shard++)
            Node.Table.Drop(shard);
    }

    // The label of the reason; more than one drop shows.
    private string DropsSeen() => string.Join(' ', DropReason.All
        .SelectMany(reason => Enumerable.Repeat(reason.Label, (int)_counters.Count(reason))));

    private string Answer(Message query) => Message.Describe(_reply.AsSpan(0, Handle(query.ToBytes(), out _)));

    private int Handle(byte[] datagram, out Ipv4Endpoint destination, Ipv4Endpoint? source = null) =>
        _handler.Handle(datagram, source ?? Source, Asked, Node.Clock.NowInUnixSeconds(), _reply, out destination);
}
