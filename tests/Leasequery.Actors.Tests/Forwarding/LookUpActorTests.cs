using Akka.TestKit;
using Leasequery.Actors.Forwarding;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Tests.Support;
using Leasequery.Wire;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Forwarding;

public class LookUpActorTests : ActorSpec
{
    private static readonly Question Known = Batches.Question;
    private static readonly Question Strange = Batches.About("10.1.2.9");

    private readonly TestProbe _addresses;
    private readonly DatagramCounters _counters = new();

    public LookUpActorTests()
    {
        _addresses = CreateTestProbe();
        Node.WithAllShards();
        Node.Table.Publish(Bound, 1);
    }

    [Fact]
    public void What_the_table_settles_comes_back_in_one_message()
    {
        Ask(hasServers: false, Known, Strange);
        var answers = ExpectMsg<LookUpProtocol.Answers>();
        Assert.Equal(77, answers.Ticket);
        Assert.Equal([(Known, Node.Answer(Bound)), (Strange, Node.Answer(null))], Batches.Read(answers));
        Assert.Equal((2, 0), (_counters.Count(LookUpResult.Table), _counters.Count(LookUpResult.Actor)));
        ExpectNothingElse();
    }

    [Fact] // a never seen address may have a lease that only its server knows of
    public void What_servers_can_be_asked_about_goes_to_the_addresss_actor_which_answers_the_asker()
    {
        Ask(hasServers: true, Strange, Known);
        Assert.Equal([(Known, Node.Answer(Bound))], Batches.Read(ExpectMsg<LookUpProtocol.Answers>()));
        _addresses.ExpectMsg(Strange.ToLocate(77));
        Assert.Equal(TestActor, _addresses.Sender);
        Assert.Equal((1, 1), (_counters.Count(LookUpResult.Table), _counters.Count(LookUpResult.Actor)));
        ExpectNothingElse();
    }

    [Fact]
    public void A_vacancy_is_settled_N42()
    {
        Node.Table.PublishVacancy(Ipv4Address.Parse("10.1.2.9"), Some.Now + 300, Some.Now);
        Ask(hasServers: true, Strange);
        Assert.Single(Batches.Read(ExpectMsg<LookUpProtocol.Answers>()));
        ExpectNothingElse();
    }

    [Fact]
    public void A_shard_that_moved_is_told_once_and_its_questions_go_on()
    {
        var shard = Node.Table.Shards.ShardOf(Subscriber);
        Node.Table.Drop(shard);
        Ask(hasServers: false, Known, Strange);
        ExpectEmptyAnswer();
        ExpectMsg(new LookUpProtocol.Moved(shard));
        _addresses.ExpectMsg(Known.ToLocate(77));
        _addresses.ExpectMsg(Strange.ToLocate(77));
        ExpectNothingElse();
    }

    [Fact] // what is not read yet may still be stored: its actor recovers
    public void A_shard_that_loads_has_not_moved()
    {
        Node.Table.Drop(Node.Table.Shards.ShardOf(Subscriber));
        Node.Table.Begin(Node.Table.Shards.ShardOf(Subscriber));
        Ask(hasServers: false, Known);
        _addresses.ExpectMsg(Known.ToLocate(77));
        ExpectEmptyAnswer();
        ExpectNothingElse();
    }

    [Fact]
    public void Long_answers_come_in_some_messages_and_none_is_missing()
    {
        const int count = 100;
        Node.Table.Publish(Bound with { RelayAgentInformation = Octets(1020), Options = Octets(255) }, 2);
        Ask(hasServers: false, [.. Enumerable.Repeat(Known, count)]);
        var answered = 0;
        while (answered < count)
        {
            var answers = ExpectMsg<LookUpProtocol.Answers>();
            Assert.InRange(answers.Bytes.Length, 1, BatchWriter.Capacity);
            Assert.Equal(77, answers.Ticket);
            answered += Batches.Read(answers).Count;
            Assert.Equal(answered < count, answers.HasMore);
        }

        Assert.Equal(count, answered);
        ExpectNothingElse();
    }

    private void Ask(bool hasServers, params Question[] questions)
    {
        var actor = Sys.ActorOf(LookUpActor.Props(Node.Table, hasServers, _addresses, _counters, Node.Clock));
        actor.Tell(Batches.Questions(77, questions), TestActor);
        Settle(actor);
    }

    // All questions are with their actors; who asked may send the next ones.
    private void ExpectEmptyAnswer()
    {
        var answers = ExpectMsg<LookUpProtocol.Answers>();
        Assert.Equal((0, false), (answers.Count, answers.HasMore));
    }

    private void ExpectNothingElse() => Assert.Equal((false, false), (HasMessages, _addresses.HasMessages));
}
