using Akka.Actor;

namespace Leasequery.Actors.Forwarding;

/// <summary>What is being collected for other nodes, one batch a node. Of one datagram loop, so without locks.</summary>
/// <param name="send">Sends a batch to a node, and empties it.</param>
internal sealed class OpenBatches(Action<IActorRef, BatchWriter> send)
{
    private readonly List<(IActorRef Node, BatchWriter Batch)> _open = [];
    private readonly Stack<BatchWriter> _idle = [];

    /// <summary>The batch for a node. Sent first when the next entry may not fit into it any more.</summary>
    /// <param name="node">Who takes it, always by the same reference.</param>
    /// <param name="room">The bytes that the entry takes at most.</param>
    public BatchWriter For(IActorRef node, int room)
    {
        var batch = Find(node);
        if (batch.Next.Length < room)
            send(node, batch);
        return batch;
    }

    /// <summary>Sends what was collected.</summary>
    public void Flush()
    {
        foreach (var (node, batch) in _open)
        {
            send(node, batch);
            _idle.Push(batch);
        }

        _open.Clear();
    }

    // Few nodes, so looking through them costs less than a hash.
    private BatchWriter Find(IActorRef node)
    {
        foreach (var (other, open) in _open)
            if (ReferenceEquals(other, node))
                return open;
        if (!_idle.TryPop(out var batch))
            batch = new BatchWriter();
        _open.Add((node, batch));
        return batch;
    }
}
