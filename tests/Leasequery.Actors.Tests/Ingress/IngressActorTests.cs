using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Akka;
using Akka.Actor;
using Akka.TestKit;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Delivery;
using Leasequery.Actors.Forwarding;
using Leasequery.Actors.Ingress;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Tests.Forwarding;
using Leasequery.Actors.Tests.Support;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;
using Microsoft.Extensions.Logging.Abstractions;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Ingress;

/// <summary>The ingress on real sockets of the loopback, its timers in the test's hands.</summary>
public sealed class IngressActorTests : ActorSpec
{
    private const long FirstTicket = Some.Now * 1000L; // what the gate gives before time moves

    private readonly TestProbe _addresses;
    private readonly IngressStatus _status = new();
    private readonly ShardOwners _owners;
    private readonly Requestor _requestor = new();
    private Touch _touch;

    public IngressActorTests()
    {
        _touch = Touch.Always(Node.Clock);
        _addresses = CreateTestProbe();
        _owners = new ShardOwners(Node.Table.Shards.Count);
        Node.WithAllShards();
    }

    protected override void AfterAll()
    {
        _requestor.Dispose();
        base.AfterAll();
    }

    [Fact]
    public void A_query_is_answered_to_the_requestor()
    {
        Node.Table.Publish(Bound, 1);
        Start(out var server);
        _requestor.Ask("10.1.2.3", server);
        Assert.Equal(
            ("2 10.1.2.3 00:0a:28:00:fa:42 53:05 54:7f000001 51:00000e10 82:0104000204430206c40415bda862", 0x1234u,
                server.ToString()),
            _requestor.Receive());
        Assert.True(_status.IsOpen);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.2")]
    public void An_answer_leaves_from_the_address_that_was_asked_N39(string asked)
    {
        Start(out var server, """ingress.listen = ["0.0.0.0:0"]""");
        server = server with { Address = Ipv4Address.Parse(asked) };
        _requestor.Ask("10.1.2.3", server);
        Assert.Equal(server.ToString(), _requestor.Receive().From);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.2")]
    public void So_does_an_answer_that_an_actor_gives_N39(string asked)
    {
        DropAllShards();
        var ingress = Start(out var server, """ingress.listen = ["0.0.0.0:0"]""");
        server = server with { Address = Ipv4Address.Parse(asked) };
        _requestor.Ask("10.1.2.3", server);
        ingress.Tell(new AddressProtocol.Located(_addresses.ExpectMsg<AddressProtocol.Locate>(), Bound));
        Assert.Equal(server.ToString(), _requestor.Receive().From);
    }

    [Fact] // asked, and then the process stood still: others may own the address by now
    public void What_an_actor_answers_while_the_node_is_out_of_touch_is_not_sent()
    {
        DropAllShards();
        _touch = new Touch(Node.Clock, TimeSpan.FromSeconds(4));
        _touch.Confirm(Node.Clock.GetTimestamp());
        var ingress = Start(out var server);
        _requestor.Ask("10.1.2.3", server, xid: 1);
        var question = _addresses.ExpectMsg<AddressProtocol.Locate>();
        Node.Clock.Advance(TimeSpan.FromSeconds(4));
        ingress.Tell(new AddressProtocol.Located(question, Bound));
        Eventually("it is counted", () => Node.Metrics.Dropped(IngressDrop.OutOfTouch) == 1);

        _touch.Confirm(Node.Clock.GetTimestamp());
        _requestor.Ask("10.1.2.3", server, xid: 2);
        ingress.Tell(new AddressProtocol.Located(_addresses.ExpectMsg<AddressProtocol.Locate>(), Bound));
        Assert.Equal(2u, _requestor.Receive().Xid);
    }

    [Fact]
    public void Two_loops_share_the_port_and_both_answer()
    {
        Start(out var server, "ingress.loops = 2");
        const int requestors = 16; // the kernel chooses the loop by the requestor's port
        foreach (var _ in Enumerable.Range(0, requestors))
        {
            using var requestor = new Requestor();
            requestor.Ask("10.1.2.3", server);
            Assert.Equal(server.ToString(), requestor.Receive().From);
        }

        Eventually("all answers are counted", () => Node.Metrics.Sum(thread => thread.Settled) == requestors);
        Assert.All(LoopShares(), share => Assert.InRange(share, 1, requestors - 1));
    }

    [Fact]
    public void A_burst_of_queries_is_answered_to_the_last()
    {
        Start(out var server, "ingress.batch-size = 8");
        const uint queries = 200;
        for (var xid = 0u; xid < queries; xid++)
            _requestor.Ask("10.1.2.3", server, xid);
        Assert.Equal(Enumerable.Range(0, (int)queries).Select(xid => (uint)xid),
            Enumerable.Range(0, (int)queries).Select(_ => _requestor.Receive().Xid).Order());
    }

    [Fact]
    public void What_no_DHCP_message_can_be_is_counted_and_the_loop_lives()
    {
        Start(out var server);
        _requestor.Send(new byte[2049], server);
        _requestor.Send([], server);
        _requestor.Ask("10.1.2.3", server);
        _requestor.Receive();
        Assert.Equal((1, 1), (Node.Metrics.Dropped(IngressDrop.Truncated), Node.Metrics.Dropped(DhcpParseError.TooShort)));
    }

    [Fact]
    public void A_datagram_of_the_longest_length_is_none_too_long()
    {
        Start(out var server);
        var query = Message.Query("10.1.2.3", "127.0.0.1", 13).ToBytes();
        Array.Resize(ref query, 2048); // pads behind the end option
        _requestor.Send(query, server);
        _requestor.Receive();
        Assert.Equal(0, Node.Metrics.Dropped(IngressDrop.Truncated));
    }

    [Fact]
    public void What_came_of_gleaned_messages_is_counted()
    {
        var ingress = Start(out var server);
        _requestor.Send((Message.Ack() with { Giaddr = default }).ToBytes(), server);
        var glean = _addresses.ExpectMsg<AddressProtocol.Glean>();
        ingress.Tell(new AddressProtocol.Gleaned(Subscriber, glean.SeenAt, GleanResult.Stored));
        Settle(ingress);
        Assert.Equal(1, Node.Metrics.Sum(thread => thread.Count(GleanResult.Stored)));
    }

    [Fact]
    public void What_came_of_gleaned_messages_that_another_node_took_is_counted_and_makes_room()
    {
        DropAllShards();
        var node = CreateTestProbe();
        _owners.Learn(Node.Table.Shards.ShardOf(Subscriber), new Address("akka.tcp", "leasequery", "10.0.0.2", 4053),
            address => new ShardOwner(address, ActorRefs.Nobody, node));
        var ingress = Start(out var server, "gleaning.max-in-flight = 2");
        var ack = (Message.Ack() with { Giaddr = default }).ToBytes();
        var delivered = new List<DeliveryProtocol.Observations>();
        for (var i = 0; i < 2; i++)
        {
            _requestor.Send(ack, server);
            delivered.Add(node.ExpectMsg<DeliveryProtocol.Observations>());
        }

        _requestor.Send(ack, server);
        Eventually("what is too much is shed", () => Node.Metrics.Dropped(IngressDrop.Shed) == 1);
        node.Reply(Batches.Results(delivered[0].Ticket, (Subscriber, GleanResult.Stored), (Subscriber, GleanResult.Unchanged)));
        node.Reply(DeliveryProtocol.Taken.Instance);
        Eventually("the results are counted", () => Node.Metrics.Sum(thread => thread.Count(GleanResult.Unchanged)) == 1);
        Assert.Equal(1, Node.Metrics.Sum(thread => thread.Count(GleanResult.Stored)));
        _requestor.Send(ack, server);
        node.ExpectMsg<DeliveryProtocol.Observations>();
        Assert.False(_addresses.HasMessages);
    }

    [Fact] // a database that stood still for longer than what is in flight is counted
    public void What_comes_back_late_does_not_keep_the_next_ones_from_the_way_to_their_owner()
    {
        DropAllShards();
        var node = CreateTestProbe();
        var ingress = Start(out var server);
        var ack = (Message.Ack() with { Giaddr = default }).ToBytes();
        for (var i = 0; i < 2; i++)
        {
            _requestor.Send(ack, server);
            var glean = _addresses.ExpectMsg<AddressProtocol.Glean>();
            Advance(TimeSpan.FromSeconds(3));
            if (i == 1)
                ingress.Tell(new AddressProtocol.Gleaned(Subscriber, glean.SeenAt, GleanResult.Stored));
        }

        ingress.Tell(new AddressProtocol.Gleaned(Subscriber, FirstTicket, GleanResult.NotStored)); // the first one
        Settle(ingress);
        _owners.Learn(Node.Table.Shards.ShardOf(Subscriber), new Address("akka.tcp", "leasequery", "10.0.0.2", 4053),
            address => new ShardOwner(address, ActorRefs.Nobody, node));
        _requestor.Send(ack, server);
        node.ExpectMsg<DeliveryProtocol.Observations>();
    }

    [Fact]
    public void An_answer_that_cannot_be_sent_is_counted()
    {
        DropAllShards();
        var ingress = Start(out var server);
        _requestor.Ask("10.1.2.3", server);
        var question = _addresses.ExpectMsg<AddressProtocol.Locate>();
        ingress.Tell(new AddressProtocol.Located(question with { Asked = Endpoint("127.0.0.1:1") }, Bound)); // no such socket
        ingress.Tell(new AddressProtocol.Located(question with { ReplyTo = Endpoint("255.255.255.255") }, Bound)); // not allowed
        Settle(ingress);
        Assert.Equal(2, Node.Metrics.Dropped(IngressDrop.SendFailed));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.2")]
    public void So_does_an_answer_of_another_node_N39(string asked)
    {
        DropAllShards();
        LearnOwner(Subscriber);
        var ingress = Start(out var server, """ingress.listen = ["0.0.0.0:0"]""");
        server = server with { Address = Ipv4Address.Parse(asked) };
        _requestor.Ask("10.1.2.3", server);
        var questions = _addresses.ExpectMsg<LookUpProtocol.Questions>();
        _addresses.Reply(Batches.Answers(questions.Ticket, (Assert.Single(Batches.Read(questions)), Bound)));
        Assert.Equal(
            ($"2 10.1.2.3 00:0a:28:00:fa:42 53:05 54:{Hex(asked)} 51:00000e10 82:0104000204430206c40415bda862", 0x1234u,
                server.ToString()),
            _requestor.Receive());
        Settle(ingress); // it counts what it has sent
        Assert.Equal(1, Node.Metrics.Sum(thread => thread.Count(LeasequeryDialect.Draft0, LeasequeryOutcome.Leased)));
    }

    [Fact]
    public void A_long_batch_of_another_node_is_answered_to_the_last()
    {
        const int count = 200;
        var ingress = Start(out var server);
        var question = OwnQuestion(server);
        ingress.Tell(Batches.Answers(FirstTicket, [.. Enumerable.Range(0, count).Select(xid =>
            (question with { Request = question.Request with { TransactionId = (uint)xid } }, (Binding?)null))]));
        Assert.Equal(Enumerable.Range(0, count).Select(xid => (uint)xid),
            Enumerable.Range(0, count).Select(_ => _requestor.Receive().Xid));
        Settle(ingress);
        Assert.Equal(0, Node.Metrics.Dropped(IngressDrop.SendFailed));
    }

    [Fact] // an old answer helps nobody: the requestor has asked again
    public void An_answer_of_another_node_that_comes_too_late_is_dropped()
    {
        DropAllShards();
        LearnOwner(Subscriber);
        var ingress = Start(out var server);
        _requestor.Ask("10.1.2.3", server);
        var questions = _addresses.ExpectMsg<LookUpProtocol.Questions>();
        Advance(TimeSpan.FromSeconds(6));
        _addresses.Reply(Batches.Answers(questions.Ticket, (Assert.Single(Batches.Read(questions)), Bound)));
        Settle(ingress);
        Assert.Equal(1, Node.Metrics.Dropped(IngressDrop.AnsweredLate));
        Assert.Equal(0, Node.Metrics.Sum(thread => thread.Count(LeasequeryDialect.Draft0, LeasequeryOutcome.Leased)));
    }

    [Fact]
    public void An_answer_of_another_node_is_not_sent_while_this_one_is_out_of_touch()
    {
        DropAllShards();
        LearnOwner(Subscriber);
        _touch = new Touch(Node.Clock, TimeSpan.FromSeconds(4));
        _touch.Confirm(Node.Clock.GetTimestamp());
        var ingress = Start(out var server);
        _requestor.Ask("10.1.2.3", server);
        var questions = _addresses.ExpectMsg<LookUpProtocol.Questions>();
        Node.Clock.Advance(TimeSpan.FromSeconds(4));
        _addresses.Reply(Batches.Answers(questions.Ticket, (Assert.Single(Batches.Read(questions)), Bound)));
        Settle(ingress);
        Assert.Equal(1, Node.Metrics.Dropped(IngressDrop.OutOfTouch));
        Assert.Equal(0, Node.Metrics.Sum(thread => thread.Count(LeasequeryDialect.Draft0, LeasequeryOutcome.Leased)));
    }

    [Fact]
    public void Answers_of_another_node_that_cannot_be_sent_are_counted()
    {
        var ingress = Start(out var server);
        var question = OwnQuestion(server);
        ingress.Tell(Batches.Answers(FirstTicket,
            (question with { Asked = Endpoint("127.0.0.1:1") }, null), // no such socket
            (question with { ReplyTo = Endpoint("255.255.255.255") }, null), // not allowed
            (question, null)));
        _requestor.Receive();
        Settle(ingress);
        Assert.Equal(2, Node.Metrics.Dropped(IngressDrop.SendFailed));
    }

    [Fact]
    public void A_shard_that_moved_is_forgotten()
    {
        DropAllShards();
        LearnOwner(Subscriber);
        var ingress = Start(out var server);
        ingress.Tell(new LookUpProtocol.Moved(Node.Table.Shards.ShardOf(Subscriber)), _addresses);
        Settle(ingress);
        _requestor.Ask("10.1.2.3", server);
        _addresses.ExpectMsg<AddressProtocol.Locate>(); // through sharding, until it is known where it is
    }

    [Fact]
    public void A_port_in_use_fails_the_start_with_its_key_and_is_opened_once_it_is_free()
    {
        var port = Occupy(out var occupier);
        var ingress = StartActor($"""ingress.listen = ["127.0.0.1:{port}"]""");
        var failure = Assert.Throws<AggregateException>(() => _status.Endpoints.Wait(Patience)).InnerException;
        Assert.Equal($"leasequery.ingress.listen = 127.0.0.1:{port}: an endpoint that nobody else has; this one is in use",
            Assert.IsType<SettingsException>(failure).Message);
        Settle(ingress);
        Assert.False(_status.IsOpen);

        occupier.Dispose();
        Advance(TimeSpan.FromSeconds(1));
        Eventually("the sockets are open", () => _status.IsOpen);
        _requestor.Ask("10.1.2.3", Endpoint($"127.0.0.1:{port}"));
        _requestor.Receive();
    }

    [Fact] // each try would leave its counters behind otherwise, and take datagrams for a moment
    public void While_one_endpoint_of_two_is_in_use_nothing_is_served_and_trying_again_leaves_nothing_behind()
    {
        var port = Occupy(out var occupier);
        var free = Occupy(out var once);
        once.Dispose();
        var ingress = StartActor($"""ingress.listen = ["127.0.0.1:{free}", "127.0.0.1:{port}"]""");
        Assert.Throws<AggregateException>(() => _status.Endpoints.Wait(Patience));
        Settle(ingress);
        var threads = Threads();
        for (var tries = 0; tries < 5; tries++)
        {
            Advance(TimeSpan.FromSeconds(1));
            Settle(ingress);
        }

        Assert.Equal(threads, Threads());
        Assert.False(_status.IsOpen);

        occupier.Dispose();
        Advance(TimeSpan.FromSeconds(1));
        Eventually("the sockets are open", () => _status.IsOpen);
        Assert.Equal(threads + 2, Threads());
    }

    [Fact]
    public void A_second_service_cannot_share_the_port_by_mistake()
    {
        Start(out var server, "ingress.loops = 2");
        var second = new IngressStatus();
        StartActor($"""ingress.listen = ["{server}"], ingress.loops = 2""", second);
        Assert.Throws<AggregateException>(() => second.Endpoints.Wait(Patience));
    }

    [Fact]
    public void It_stops_only_after_what_it_took_in_is_answered()
    {
        DropAllShards();
        var ingress = Start(out var server);
        _requestor.Ask("10.1.2.3", server);
        var question = _addresses.ExpectMsg<AddressProtocol.Locate>();
        ingress.Tell(IngressProtocol.Stop.Instance, TestActor);
        Settle(ingress);
        Assert.False(_status.IsOpen);
        for (var check = 0; check < 10; check++)
            Advance(TimeSpan.FromMilliseconds(20));
        Settle(ingress);
        Assert.False(HasMessages);

        ingress.Tell(new AddressProtocol.Located(question, Bound));
        Assert.Equal(server.ToString(), _requestor.Receive().From);
        Watch(ingress);
        AdvanceUntilDone();
        ExpectMsg<Done>();
        ExpectTerminated(ingress);
    }

    [Fact] // its requestor asks again
    public void A_question_that_is_never_answered_keeps_it_for_a_second()
    {
        DropAllShards();
        var ingress = Start(out var server, "shutdown-timeout = 5 m, ingress.in-flight-timeout = 1 m");
        _requestor.Ask("10.1.2.3", server);
        _addresses.ExpectMsg<AddressProtocol.Locate>();
        ingress.Tell(IngressProtocol.Stop.Instance, TestActor);
        Settle(ingress);
        Advance(TimeSpan.FromMilliseconds(980));
        Settle(ingress);
        Assert.False(HasMessages);
        AdvanceUntilDone();
        ExpectMsg<Done>();
    }

    [Fact] // nobody sends it again soon
    public void What_was_gleaned_and_is_never_stored_keeps_it_for_half_of_the_shutdown_time_out()
    {
        var ingress = Start(out var server, "shutdown-timeout = 4 s, ingress.in-flight-timeout = 1 m");
        _requestor.Send((Message.Ack() with { Giaddr = default }).ToBytes(), server);
        _addresses.ExpectMsg<AddressProtocol.Glean>();
        ingress.Tell(IngressProtocol.Stop.Instance, TestActor);
        Settle(ingress);
        Advance(TimeSpan.FromMilliseconds(1980));
        Settle(ingress);
        Assert.False(HasMessages);
        Advance(TimeSpan.FromMilliseconds(20));
        ExpectMsg<Done>();
    }

    [Fact]
    public void While_it_drains_no_socket_is_opened_again()
    {
        var port = Occupy(out var occupier);
        var ingress = StartActor($"""ingress.listen = ["127.0.0.1:{port}"]""");
        Assert.Throws<AggregateException>(() => _status.Endpoints.Wait(Patience));
        Settle(ingress);
        ingress.Tell(IngressProtocol.Stop.Instance, TestActor);
        Settle(ingress);
        occupier.Dispose();
        Advance(TimeSpan.FromSeconds(1)); // the retry's time
        ExpectMsg<Done>();
        Assert.False(_status.IsOpen);
    }

    [Fact]
    public void When_it_stops_its_port_is_free()
    {
        var ingress = Start(out var server);
        Watch(ingress);
        Sys.Stop(ingress);
        ExpectTerminated(ingress);
        using var next = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        next.Bind(new IPEndPoint(IPAddress.Loopback, server.Port));
    }

    private IActorRef Start(out Ipv4Endpoint server, string hocon = "")
    {
        var ingress = StartActor(hocon);
        Assert.True(_status.Endpoints.Wait(Patience), "the sockets open");
        server = Assert.Single(_status.Endpoints.Result);
        return ingress;
    }

    // The probe stands for the region of this node and for the look-up actor of the other.
    private void LearnOwner(Ipv4Address address) =>
        _owners.Learn(Node.Table.Shards.ShardOf(address), _addresses.Ref.Path.Address,
            node => new ShardOwner(node, _addresses, delivery: null));

    private Question OwnQuestion(Ipv4Endpoint server) =>
        Batches.BareQuestion with { ReplyTo = _requestor.Endpoint, Asked = server };

    private static string Hex(string address) => Ipv4Address.Parse(address).Value.ToString("x8", CultureInfo.InvariantCulture);

    private IActorRef StartActor(string hocon, IngressStatus? status = null)
    {
        var settings = Support.Node.Settings(hocon);
        var context = new IngressContext(settings, Node.Table, Node.Store,
            new AdmissionGate(100, settings.Ingress.InFlightTimeout, Node.Clock),
            new AdmissionGate(settings.MaxGleaningInFlight, settings.Ingress.InFlightTimeout, Node.Clock),
            _touch)
        {
            Owners = _owners,
        };
        status ??= _status;
        return Sys.ActorOf(IngressActor.Props(context, _addresses, ActorRefs.Nobody, Node.Metrics, status, Node.Clock,
            NullLogger.Instance));
    }

    private static int Occupy(out Socket occupier)
    {
        occupier = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        occupier.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)occupier.LocalEndPoint!).Port;
    }

    private void DropAllShards()
    {
        for (var shard = 0; shard < Node.Table.Shards.Count; shard++)
            Node.Table.Drop(shard);
    }

    // Each look of the draining actor needs a step of time, and its loops need real time to end.
    private void AdvanceUntilDone() => Eventually("it is drained", () =>
    {
        Advance(TimeSpan.FromMilliseconds(1));
        return HasMessages;
    });

    /// <summary>How many count for themselves.</summary>
    private long Threads() => Node.Metrics.Sum(_ => 1);

    private List<long> LoopShares()
    {
        var shares = new List<long>();
        Node.Metrics.Sum(thread =>
        {
            if (thread.Settled > 0)
                shares.Add(thread.Settled);
            return 0;
        });
        return shares;
    }
}
