using Akka.Actor;
using Leasequery.Actors.Ingress;
using Leasequery.Actors.Monitoring;

namespace Leasequery.Actors.Forwarding;

/// <summary>
/// Collects the questions of one datagram loop for other nodes, one batch a node, while the loop handles the datagrams of one
/// system call. One message with sixty questions costs a fifteenth of sixty messages.
/// </summary>
internal sealed class QuestionBatches
{
    private readonly AdmissionGate _gate;
    private readonly IActorRef _forwarder;
    private readonly DatagramCounters _counters;
    private readonly OpenBatches _open;

    /// <summary>Begins with nothing.</summary>
    /// <param name="gate">Bounds the questions in flight.</param>
    /// <param name="forwarder">Who sends them.</param>
    /// <param name="counters">Of the loop.</param>
    public QuestionBatches(AdmissionGate gate, IActorRef forwarder, DatagramCounters counters)
    {
        _gate = gate;
        _forwarder = forwarder;
        _counters = counters;
        _open = new OpenBatches(Send);
    }

    /// <summary>Puts a question into the batch for a node.</summary>
    /// <param name="lookUp">The node's look-up actor, always by the same reference.</param>
    /// <param name="question">The question.</param>
    public void Add(IActorRef lookUp, in Question question)
    {
        var batch = _open.For(lookUp, Question.MaxSize);
        batch.Add(question.Write(batch.Next));
    }

    /// <summary>Sends what was collected.</summary>
    public void Flush() => _open.Flush();

    private void Send(IActorRef lookUp, BatchWriter batch)
    {
        var admitted = _gate.Enter(batch.Count, out var ticket);
        for (var shed = batch.Count - admitted; shed > 0; shed--)
            _counters.Dropped(IngressDrop.Shed);
        batch.KeepQuestions(admitted);
        _counters.AskedNode(admitted);
        var questions = batch.Take(ticket);
        if (admitted > 0)
            _forwarder.Tell(new ForwardActor.ToNode(lookUp, new LookUpProtocol.Questions(questions)), ActorRefs.NoSender);
    }
}
