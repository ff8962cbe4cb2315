using Akka.TestKit;
using Leasequery.Actors.Forwarding;
using Leasequery.Actors.Ingress;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Tests.Support;

namespace Leasequery.Actors.Tests.Forwarding;

public class QuestionBatchesTests : ActorSpec
{
    private readonly TestProbe _one;
    private readonly TestProbe _two;
    private readonly DatagramCounters _counters = new();
    private readonly AdmissionGate _gate;
    private readonly QuestionBatches _batches;

    public QuestionBatchesTests()
    {
        _one = CreateTestProbe();
        _two = CreateTestProbe();
        _gate = new AdmissionGate(1000, TimeSpan.FromSeconds(5), Node.Clock);
        _batches = new QuestionBatches(_gate, TestActor, _counters);
    }

    [Fact]
    public void Each_node_gets_its_questions_in_one_message_when_the_batch_is_over()
    {
        _batches.Add(_one, Batches.About("10.1.2.1"));
        _batches.Add(_two, Batches.About("10.1.2.2"));
        _batches.Add(_one, Batches.About("10.1.2.3"));
        Assert.False(HasMessages);
        _batches.Flush();

        var questions = ExpectAsked(_one);
        Assert.Equal([Batches.About("10.1.2.1"), Batches.About("10.1.2.3")], Batches.Read(questions));
        Assert.Equal([Batches.About("10.1.2.2")], Batches.Read(ExpectAsked(_two)));
        Assert.Equal((3, 3), (_counters.AskedOfNode, _gate.InFlight));
        Assert.True(_gate.Leave(questions.Ticket, questions.Count));
        Assert.Equal(1, _gate.InFlight);
    }

    [Fact]
    public void The_next_batch_begins_empty()
    {
        _batches.Add(_one, Batches.Question);
        _batches.Flush();
        _batches.Flush();
        _batches.Add(_two, Batches.BareQuestion);
        _batches.Flush();
        Assert.Single(Batches.Read(ExpectAsked(_one)));
        Assert.Equal([Batches.BareQuestion], Batches.Read(ExpectAsked(_two)));
        Assert.False(HasMessages);
    }

    [Fact]
    public void A_full_batch_goes_at_once()
    {
        const int count = 700;
        for (var i = 0; i < count; i++)
            _batches.Add(_one, Batches.Question);
        Assert.True(HasMessages);
        _batches.Flush();
        var first = Batches.Read(ExpectAsked(_one)).Count;
        Assert.Equal(count, first + Batches.Read(ExpectAsked(_one)).Count);
    }

    [Fact]
    public void More_than_may_be_in_flight_are_shed_the_first_ones_go()
    {
        _gate.Enter(998, out _);
        for (var i = 1; i <= 5; i++)
            _batches.Add(_one, Batches.About($"10.1.2.{i}"));
        _batches.Flush();
        Assert.Equal([Batches.About("10.1.2.1"), Batches.About("10.1.2.2")], Batches.Read(ExpectAsked(_one)));
        Assert.Equal((3, 2), (_counters.Count(IngressDrop.Shed), _counters.AskedOfNode));

        _batches.Add(_one, Batches.Question);
        _batches.Flush();
        Assert.False(HasMessages);
        Assert.Equal(4, _counters.Count(IngressDrop.Shed));
    }

    private LookUpProtocol.Questions ExpectAsked(TestProbe node)
    {
        var ask = ExpectMsg<ForwardActor.ToNode>();
        Assert.Equal(node.Ref, ask.Node);
        return Assert.IsType<LookUpProtocol.Questions>(ask.Batch);
    }
}
