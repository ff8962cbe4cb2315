using Akka.Actor;
using Akka.TestKit;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Delivery;
using Leasequery.Actors.Forwarding;
using Leasequery.Actors.Tests.Forwarding;
using Leasequery.Actors.Tests.Support;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Delivery;

public class DeliveryActorTests : ActorSpec
{
    private static readonly LeaseGivenUp GivenUp = new(Subscriber, Modem, null, 7, BindingState.Released);

    private readonly TestProbe _addresses;
    private readonly TestProbe _one;
    private readonly TestProbe _two;
    private readonly IActorRef _delivery;

    public DeliveryActorTests()
    {
        _addresses = CreateTestProbe();
        _one = CreateTestProbe();
        _two = CreateTestProbe();
        Node.WithAllShards();
        _delivery = Sys.ActorOf(DeliveryActor.Props(Node.Table, _addresses));
    }

    [Fact]
    public void The_address_actors_are_told_one_by_one_in_order_and_the_next_message_may_come()
    {
        Deliver(_one, 42, Grant, GivenUp);
        _one.ExpectMsg(DeliveryProtocol.Taken.Instance);
        _addresses.ExpectMsg(new AddressProtocol.Glean(Grant, 42));
        _addresses.ExpectMsg(new AddressProtocol.Glean(GivenUp, 42));
        Assert.False(_one.HasMessages);
    }

    [Fact]
    public void What_came_of_them_goes_back_together_to_whoever_delivered_them()
    {
        var (one, two) = (DeskFor(_one), DeskFor(_two));
        one.Tell(new AddressProtocol.Gleaned(Subscriber, 42, GleanResult.Stored));
        one.Tell(new AddressProtocol.Gleaned(Subscriber, 42, GleanResult.Unchanged));
        two.Tell(new AddressProtocol.Gleaned(Relay, 42, GleanResult.NotStored));
        Settle(one);
        Settle(two);
        Assert.Equal((false, false), (_one.HasMessages, _two.HasMessages));
        Advance(DeliveryDesk.ResultDelay);
        Assert.Equal(Batches.Results(42, (Subscriber, GleanResult.Stored), (Subscriber, GleanResult.Unchanged)),
            _one.ExpectMsg<DeliveryProtocol.Results>());
        Assert.Equal(Batches.Results(42, (Relay, GleanResult.NotStored)), _two.ExpectMsg<DeliveryProtocol.Results>());
    }

    [Fact]
    public void Results_of_another_ticket_are_another_message()
    {
        var desk = DeskFor(_one);
        desk.Tell(new AddressProtocol.Gleaned(Subscriber, 42, GleanResult.Stored));
        desk.Tell(new AddressProtocol.Gleaned(Subscriber, 43, GleanResult.Stored));
        Assert.Equal(42, _one.ExpectMsg<DeliveryProtocol.Results>().Ticket);
        Settle(desk);
        Advance(DeliveryDesk.ResultDelay);
        Assert.Equal(43, _one.ExpectMsg<DeliveryProtocol.Results>().Ticket);
    }

    [Fact]
    public void More_results_than_a_message_holds_are_more_messages()
    {
        const int count = 7000;
        var desk = DeskFor(_one);
        for (var i = 0; i < count; i++)
            desk.Tell(new AddressProtocol.Gleaned(new Ipv4Address((uint)i), 42, GleanResult.Stored));
        var first = _one.ExpectMsg<DeliveryProtocol.Results>();
        Assert.InRange(first.Bytes.Length, 1, BatchWriter.Capacity);
        Settle(desk);
        Advance(DeliveryDesk.ResultDelay);
        Assert.Equal(count, first.Count + _one.ExpectMsg<DeliveryProtocol.Results>().Count);
    }

    [Fact] // as with questions: sharding knows where it is now
    public void A_shard_that_moved_is_told_once_and_what_was_delivered_goes_on()
    {
        var shard = Node.Table.Shards.ShardOf(Subscriber);
        Node.Table.Drop(shard);
        Deliver(_one, 42, Grant, GivenUp);
        _one.ExpectMsg(DeliveryProtocol.Taken.Instance);
        _one.ExpectMsg(new LookUpProtocol.Moved(shard));
        _addresses.ExpectMsg<AddressProtocol.Glean>();
        _addresses.ExpectMsg<AddressProtocol.Glean>();
        Settle(_delivery);
        Assert.False(_one.HasMessages);
    }

    [Fact]
    public void When_a_node_leaves_its_desk_goes_and_when_it_comes_back_it_gets_another_one()
    {
        var desk = DeskFor(_one);
        Watch(desk);
        Sys.Stop(_one);
        ExpectTerminated(desk);
        Assert.NotEqual(desk, DeskFor(_two));
    }

    // Whom the address actors answer.
    private IActorRef DeskFor(TestProbe node)
    {
        Deliver(node, 42, Grant);
        node.ExpectMsg<DeliveryProtocol.Taken>();
        _addresses.ExpectMsg<AddressProtocol.Glean>();
        return _addresses.Sender;
    }

    private void Deliver(TestProbe from, long ticket, params Observation[] observations) =>
        _delivery.Tell(Batches.Observations(ticket, observations), from);
}
