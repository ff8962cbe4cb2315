using Akka.Actor;
using Akka.TestKit;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Delivery;
using Leasequery.Actors.Forwarding;
using Leasequery.Actors.Tests.Support;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Forwarding;

public class ForwardActorTests : ActorSpec
{
    private readonly TestProbe _node;
    private readonly TestActorRef<Ingress> _ingress;
    private readonly IActorRef _forwarder;

    public ForwardActorTests()
    {
        _node = CreateTestProbe();
        _ingress = ActorOfAsTestActorRef(() => new Ingress(TestActor), "ingress");
        _forwarder = _ingress.UnderlyingActor.Forwarder;
    }

    [Fact]
    public void A_question_that_comes_alone_leaves_at_once()
    {
        Ask("10.1.2.1");
        ExpectQuestions("10.1.2.1");
        Assert.Equal(_forwarder, _node.Sender);
    }

    [Fact]
    public void While_two_messages_are_on_their_way_questions_join_and_leave_with_the_next_answer()
    {
        for (var i = 1; i <= 5; i++)
            Ask($"10.1.2.{i}");
        ExpectQuestions("10.1.2.1");
        ExpectQuestions("10.1.2.2");
        ExpectNoQuestions();
        Answer();
        ExpectQuestions("10.1.2.3", "10.1.2.4", "10.1.2.5");

        Answer();
        Answer();
        Ask("10.1.2.6");
        ExpectQuestions("10.1.2.6");
    }

    [Fact]
    public void Only_the_last_of_the_answers_to_a_message_makes_room()
    {
        for (var i = 1; i <= 3; i++)
            Ask($"10.1.2.{i}");
        ExpectQuestions("10.1.2.1");
        ExpectQuestions("10.1.2.2");
        _forwarder.Tell(new LookUpProtocol.Answers(new BatchWriter().Take(1, hasMore: true)), _node);
        ExpectMsg<LookUpProtocol.Answers>();
        ExpectNoQuestions();
        Answer();
        ExpectQuestions("10.1.2.3");
    }

    [Fact] // the ingress has nothing to do with it
    public void That_a_message_was_taken_makes_room()
    {
        for (var i = 1; i <= 3; i++)
            Ask($"10.1.2.{i}");
        ExpectQuestions("10.1.2.1");
        ExpectQuestions("10.1.2.2");
        _forwarder.Tell(DeliveryProtocol.Taken.Instance, _node);
        ExpectQuestions("10.1.2.3");
        Assert.False(HasMessages);
    }

    [Fact] // its messages may be lost; the gate sees to those that are
    public void A_node_that_answers_nothing_gets_what_waits_after_a_while()
    {
        for (var i = 1; i <= 3; i++)
            Ask($"10.1.2.{i}");
        ExpectQuestions("10.1.2.1");
        ExpectQuestions("10.1.2.2");
        ExpectNoQuestions(); // the third one waits, and its time runs
        Advance(TimeSpan.FromMilliseconds(49));
        ExpectNoQuestions();
        Advance(TimeSpan.FromMilliseconds(1));
        ExpectQuestions("10.1.2.3");
    }

    [Fact]
    public void Questions_of_another_ticket_are_another_message()
    {
        for (var i = 1; i <= 3; i++)
            Ask($"10.1.2.{i}");
        Ask("10.1.2.4", ticket: 2);
        ExpectQuestions("10.1.2.1");
        ExpectQuestions("10.1.2.2");
        Assert.Equal(1, ExpectQuestions("10.1.2.3"));
        ExpectNoQuestions();
        Answer();
        Answer();
        Assert.Equal(2, ExpectQuestions("10.1.2.4"));
    }

    [Fact]
    public void What_does_not_fit_into_a_message_is_another_one()
    {
        const int questions = 300; // 18 KB of the 32 that a message has
        Ask("10.1.2.1");
        Ask("10.1.2.2");
        for (var i = 0; i < 2; i++)
            _forwarder.Tell(new ForwardActor.ToNode(_node,
                Batches.Questions(1, [.. Enumerable.Repeat(Batches.Question, questions)])));
        ExpectQuestions("10.1.2.1");
        ExpectQuestions("10.1.2.2");
        Assert.Equal(questions, _node.ExpectMsg<LookUpProtocol.Questions>().Count);
        ExpectNoQuestions();
    }

    [Fact]
    public void What_comes_back_goes_to_the_ingress_with_its_sender()
    {
        object[] messages =
        [
            Batches.Answers(1, (Batches.Question, Bound)), new LookUpProtocol.Moved(3),
            new AddressProtocol.Located(Batches.Question.ToLocate(1), Bound),
            Batches.Results(1, (Subscriber, GleanResult.Stored)),
        ];
        foreach (var message in messages)
        {
            _forwarder.Tell(message, _node);
            ExpectMsg(message);
            Assert.Equal(_node.Ref, LastSender);
        }
    }

    private void Ask(string address, long ticket = 1) =>
        _forwarder.Tell(new ForwardActor.ToNode(_node, Batches.Questions(ticket, Batches.About(address))));

    private void Answer()
    {
        _forwarder.Tell(new LookUpProtocol.Answers(new BatchWriter().Take(1)), _node);
        ExpectMsg<LookUpProtocol.Answers>();
    }

    private long ExpectQuestions(params string[] addresses)
    {
        var questions = _node.ExpectMsg<LookUpProtocol.Questions>();
        Assert.Equal(addresses, Batches.Read(questions).Select(question => question.Request.Address.ToString()));
        return questions.Ticket;
    }

    private void ExpectNoQuestions()
    {
        Settle(_forwarder);
        Assert.False(_node.HasMessages);
    }

    public sealed class Ingress(IActorRef test) : UntypedActor
    {
        public IActorRef Forwarder { get; private set; } = ActorRefs.Nobody;

        protected override void PreStart() =>
            Forwarder = Context.ActorOf(ForwardActor.Props(bytes => new LookUpProtocol.Questions(bytes)));

        protected override void OnReceive(object message) => test.Forward(message);
    }
}
