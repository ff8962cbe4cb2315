using Akka.Actor;
using Akka.Cluster.Sharding;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Tests.Support;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Addresses;

public class AddressActorTests : ActorSpec
{
    private const long SeenAt = 42;

    private static readonly AddressProtocol.Locate Question = new(
        new LeasequeryRequest(Subscriber, Relay, 1, 0, DhcpMessageType.LeaseQuery, false, default, false),
        LeasequeryDialect.Rfc4388, Endpoint("10.9.0.1"), Endpoint("10.0.0.1"), AskedAt: 7);

    public AddressActorTests() => Node.WithAllShards();

    [Fact]
    public void Who_asks_before_anybody_was_seen_is_told_so_N3()
    {
        StartActor().Tell(Question, TestActor);
        ExpectMsg(new AddressProtocol.Located(Question, null));
    }

    [Fact]
    public void A_gleaned_lease_is_stored_published_and_told_N5()
    {
        var actor = StartActor();
        Glean(actor, Grant, GleanResult.Stored);
        Assert.Equal(Node.Answer(Bound), Node.Find(Subscriber));
        actor.Tell(Question, TestActor);
        ExpectMsg(new AddressProtocol.Located(Question, Bound));
    }

    [Fact]
    public void Nothing_is_published_or_told_before_it_is_stored()
    {
        var actor = StartActor();
        HoldNextWrite();
        actor.Tell(new AddressProtocol.Glean(Grant, SeenAt), TestActor);
        ExpectMsg<TestJournal.Held>();

        Assert.Equal("Absent", Node.Find(Subscriber));
        Journal.Tell(TestJournal.Release.Instance); // what the actor had told before would be here by now, and come first
        ExpectMsg(new AddressProtocol.Gleaned(Subscriber, SeenAt, GleanResult.Stored));
        Assert.Equal(Node.Answer(Bound), Node.Find(Subscriber));
    }

    [Fact]
    public void Who_asks_while_an_event_is_being_stored_gets_the_state_after_it()
    {
        var actor = StartActor();
        HoldNextWrite();
        actor.Tell(new AddressProtocol.Glean(Grant, SeenAt), TestActor);
        ExpectMsg<TestJournal.Held>();
        actor.Tell(Question, TestActor);

        Journal.Tell(TestJournal.Release.Instance);
        ExpectMsg(new AddressProtocol.Gleaned(Subscriber, SeenAt, GleanResult.Stored));
        ExpectMsg(new AddressProtocol.Located(Question, Bound));
    }

    [Fact]
    public void Each_gleaner_is_told_of_its_own_message()
    {
        var (first, second) = (CreateTestProbe(), CreateTestProbe());
        var actor = StartActor();
        HoldNextWrite();
        actor.Tell(new AddressProtocol.Glean(Grant, 1), first);
        ExpectMsg<TestJournal.Held>();
        actor.Tell(new AddressProtocol.Glean(Grant with { TransactionId = 9 }, 2), second);

        Journal.Tell(TestJournal.Release.Instance);
        first.ExpectMsg(new AddressProtocol.Gleaned(Subscriber, 1, GleanResult.Stored));
        second.ExpectMsg(new AddressProtocol.Gleaned(Subscriber, 2, GleanResult.Stored));
    }

    [Fact]
    public void A_copy_of_a_message_changes_nothing()
    {
        var actor = StartActor();
        Glean(actor, Grant, GleanResult.Stored);
        Advance(TimeSpan.FromSeconds(1));
        Glean(actor, Grant, GleanResult.Unchanged);
        Assert.Equal(Node.Answer(Bound), Node.Find(Subscriber));
    }

    [Fact]
    public void Only_its_own_device_can_end_a_lease()
    {
        var actor = StartActor();
        Glean(actor, Grant, GleanResult.Stored);
        Glean(actor, new LeaseGivenUp(Subscriber, Stranger, null, 5, BindingState.Released), GleanResult.Unchanged);
        Assert.Equal(Node.Answer(Bound), Node.Find(Subscriber));

        Glean(actor, new LeaseGivenUp(Subscriber, Modem, ModemId, 5, BindingState.Released), GleanResult.Stored);
        Assert.StartsWith("Unleased 00:0a:28:00:fa:42", Node.Find(Subscriber), StringComparison.Ordinal); // N31
    }

    [Fact]
    public void The_newest_event_restores_the_binding_with_its_time()
    {
        var actor = StartActor();
        Glean(actor, Grant, GleanResult.Stored);
        Advance(TimeSpan.FromMinutes(10));
        Glean(actor, Grant with { TransactionId = 9 }, GleanResult.Stored);
        var known = Node.Find(Subscriber);
        StopActor(actor);
        Node.Table.Drop(Node.Table.Shards.ShardOf(Subscriber));
        Node.WithAllShards();
        Advance(TimeSpan.FromMinutes(10)); // a recovery that read the clock would say so

        StartActor().Tell(Question, TestActor);
        Assert.Equal(9u, ExpectMsg<AddressProtocol.Located>().Binding!.TransactionId);
        Assert.Equal(known, Node.Find(Subscriber));
    }

    [Fact]
    public void An_event_that_the_store_rejects_is_not_known_and_the_actor_lives()
    {
        var actor = StartActor();
        Journal.Tell(TestJournal.Reject.Instance);
        Glean(actor, Grant, GleanResult.NotStored);
        Assert.Equal("Absent", Node.Find(Subscriber));

        Journal.Tell(TestJournal.Store.Instance);
        actor.Tell(Question, TestActor);
        ExpectMsg(new AddressProtocol.Located(Question, null));
        Glean(actor, Grant, GleanResult.Stored);
    }

    [Fact]
    public void When_the_store_fails_the_actor_stops_and_the_next_one_knows_what_was_stored()
    {
        var actor = StartActor();
        Glean(actor, Grant, GleanResult.Stored);
        Watch(actor);
        Journal.Tell(TestJournal.Fail.Instance);
        Glean(actor, Grant with { TransactionId = 9 }, GleanResult.NotStored);
        ExpectTerminated(actor);
        Assert.Equal(Node.Answer(Bound), Node.Find(Subscriber));

        Journal.Tell(TestJournal.Store.Instance);
        StartActor().Tell(Question, TestActor);
        ExpectMsg(new AddressProtocol.Located(Question, Bound));
    }

    [Fact] // else the event would enter the store after the next owner of the shard has read it
    public void Who_hands_it_over_waits_for_the_event_that_is_being_stored()
    {
        var actor = StartActorThatStores();
        actor.Tell(Leave.Instance);
        Settle(Journal);
        Assert.False(HasMessages);

        Journal.Tell(TestJournal.Release.Instance);
        ExpectMsg(new AddressProtocol.Gleaned(Subscriber, SeenAt, GleanResult.Stored));
        ExpectTerminated(actor);
        Assert.Equal(Node.Answer(Bound), Node.Find(Subscriber));
    }

    [Fact] // sharding waits so long, and no longer
    public void Stopped_by_force_while_it_stores_it_says_that_nothing_is_stored()
    {
        var actor = StartActorThatStores();
        Sys.Stop(actor);
        ExpectMsg(new AddressProtocol.Gleaned(Subscriber, SeenAt, GleanResult.NotStored));
        ExpectTerminated(actor);
    }

    [Fact]
    public void Actors_in_memory_are_counted()
    {
        var actor = StartActor();
        Settle(actor);
        Assert.Equal(1, Node.Meters.Read("leasequery.actors.live"));
        StopActor(actor);
        Assert.Equal(0, Node.Meters.Read("leasequery.actors.live"));
    }

    [Fact]
    public void Told_to_leave_while_an_event_is_being_stored_it_publishes_first()
    {
        var actor = StartActorThatStores();
        actor.Tell(Leave.Instance);

        Journal.Tell(TestJournal.Release.Instance);
        ExpectMsg(new AddressProtocol.Gleaned(Subscriber, SeenAt, GleanResult.Stored));
        ExpectTerminated(actor);
        Assert.Equal(Node.Answer(Bound), Node.Find(Subscriber));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Where_actors_crowd_one_that_has_nothing_to_do_leaves(int maxResident, bool leaves)
    {
        var shard = CreateTestProbe();
        var actor = shard.ChildActorOf(AddressActor.Props(Subscriber, Node.AddressContext with { MaxResident = maxResident }));
        Glean(actor, Grant, GleanResult.Stored);
        Settle(actor);
        Assert.Equal(leaves, shard.HasMessages);
        if (leaves)
            Assert.Same(Leave.Instance, shard.ExpectMsg<Passivate>().StopMessage);
    }

    [Fact] // ten seconds in these tests
    public void Who_has_heard_nothing_for_a_while_leaves()
    {
        var shard = CreateTestProbe();
        var actor = shard.ChildActorOf(AddressActor.Props(Subscriber, Node.AddressContext));
        Glean(actor, Grant, GleanResult.Stored);
        Settle(actor);
        Advance(TimeSpan.FromSeconds(6));
        Glean(actor, Grant, GleanResult.Unchanged);
        Settle(actor);
        foreach (var seconds in new[] { 4, 5.9 })
        {
            Advance(TimeSpan.FromSeconds(seconds));
            Settle(actor);
            Assert.False(shard.HasMessages);
        }

        Advance(TimeSpan.FromSeconds(0.1));
        Assert.Same(Leave.Instance, shard.ExpectMsg<Passivate>().StopMessage);
    }

    [Theory] // seen so many seconds before it came
    [InlineData(0, GleanResult.Stored)]
    [InlineData(5, GleanResult.Unchanged)]
    [InlineData(60, GleanResult.Unchanged)]
    [InlineData(61, GleanResult.Stored)] // no message is on its way for so long: the clocks differ
    [InlineData(-5, GleanResult.Stored)]
    public void What_was_seen_before_what_is_known_and_comes_behind_it_is_over(int ago, GleanResult result)
    {
        var actor = StartActor();
        Advance(TimeSpan.FromMinutes(5));
        Glean(actor, Grant with { TransactionId = 9 }, GleanResult.Stored);
        var seenAt = (Some.Now + 300L - ago) * 1000;
        var older = Grant with { TransactionId = 8, Device = Stranger, ClientIdentifier = null };
        actor.Tell(new AddressProtocol.Glean(older, seenAt), TestActor);
        ExpectMsg(new AddressProtocol.Gleaned(Subscriber, seenAt, result));
    }

    [Fact]
    public void What_was_on_its_way_for_a_while_counts_from_when_it_was_seen()
    {
        var actor = StartActor();
        actor.Tell(new AddressProtocol.Glean(Grant, (Some.Now - 30L) * 1000), TestActor);
        ExpectMsg<AddressProtocol.Gleaned>();
        actor.Tell(Question, TestActor);
        var binding = ExpectMsg<AddressProtocol.Located>().Binding!;
        Assert.Equal((Some.Now - 30, Some.Now - 30 + Hour), (binding.LastTransactionAt, binding.ExpiresAt));
    }

    private IActorRef StartActor() => Sys.ActorOf(AddressActor.Props(Subscriber, Node.AddressContext));

    private void StopActor(IActorRef actor)
    {
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
    }

    /// <summary>One that is watched, and whose event the journal holds.</summary>
    private IActorRef StartActorThatStores()
    {
        var actor = StartActor();
        Watch(actor);
        HoldNextWrite();
        actor.Tell(new AddressProtocol.Glean(Grant, SeenAt), TestActor);
        ExpectMsg<TestJournal.Held>();
        return actor;
    }

    private void HoldNextWrite() => Journal.Tell(new TestJournal.Hold(TestActor));

    private void Glean(IActorRef actor, Observation seen, GleanResult result)
    {
        actor.Tell(new AddressProtocol.Glean(seen, SeenAt), TestActor);
        ExpectMsg(new AddressProtocol.Gleaned(Subscriber, SeenAt, result));
    }
}
