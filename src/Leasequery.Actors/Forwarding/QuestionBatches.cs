using Akka.Actor;
using Leasequery.Actors.Ingress;
using Leasequery.Actors.Monitoring;

namespace Leasequery.Actors.Forwarding;

/// <summary>
/// Collects the questions of one datagram loop for other nodes, one batch a node, while the loop handles the datagrams of one
/// system call. One message with sixty questions costs a fifteenth of sixty messages.
/// </summary>
/// <param name="gate">Bounds the questions in flight.</param>
/// <param name="forwarder">Who sends them.</param>
/// <param name="counters">Of the loop.</param>
internal sealed class QuestionBatches(AdmissionGate gate, IActorRef forwarder, DatagramCounters counters)
{
    private readonly List<(IActorRef LookUp, BatchWriter Batch)> _open = [];
    private readonly Stack<BatchWriter> _idle = [];

    /// <summary>Puts a question into the batch for a node.</summary>
    /// <param name="lookUp">The node's look-up actor, always by the same reference.</param>
    /// <param name="question">The question.</param>
    public void Add(IActorRef lookUp, in Question question)
    {
        var batch = BatchFor(lookUp);
        if (batch.Next.Length < Question.MaxSize)
            Send(lookUp, batch);
        batch.Add(question.Write(batch.Next));
    }

    /// <summary>Sends what was collected.</summary>
    public void Flush()
    {
        foreach (var (lookUp, batch) in _open)
        {
            Send(lookUp, batch);
            _idle.Push(batch);
        }

        _open.Clear();
    }

    // Few nodes, so looking through them costs less than a hash.
    private BatchWriter BatchFor(IActorRef lookUp)
    {
        foreach (var (node, open) in _open)
            if (ReferenceEquals(node, lookUp))
                return open;
        if (!_idle.TryPop(out var batch))
            batch = new BatchWriter();
        _open.Add((lookUp, batch));
        return batch;
    }

    private void Send(IActorRef lookUp, BatchWriter batch)
    {
        var admitted = gate.Enter(batch.Count, out var ticket);
        for (var shed = batch.Count - admitted; shed > 0; shed--)
            counters.Dropped(IngressDrop.Shed);
        batch.KeepQuestions(admitted);
        counters.AskedNode(admitted);
        var questions = batch.Take(ticket);
        if (admitted > 0)
            forwarder.Tell(new ForwardActor.AskNode(lookUp, new LookUpProtocol.Questions(questions)), ActorRefs.NoSender);
    }
}
