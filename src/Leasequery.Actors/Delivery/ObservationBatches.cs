using Akka.Actor;
using Leasequery.Actors.Forwarding;
using Leasequery.Actors.Monitoring;
using Leasequery.Domain.Bindings;

namespace Leasequery.Actors.Delivery;

/// <summary>
/// Collects what one datagram loop gleans for other nodes, one batch a node, while the loop handles the datagrams of one system
/// call. All of it was let in already.
/// </summary>
internal sealed class ObservationBatches
{
    private readonly IActorRef _forwarder;
    private readonly DatagramCounters _counters;
    private readonly OpenBatches _open;
    private long _ticket;

    /// <summary>Begins with nothing.</summary>
    /// <param name="forwarder">Who sends them.</param>
    /// <param name="counters">Of the loop.</param>
    public ObservationBatches(IActorRef forwarder, DatagramCounters counters)
    {
        _forwarder = forwarder;
        _counters = counters;
        _open = new OpenBatches(Send);
    }

    /// <summary>Puts an observation into the batch for a node.</summary>
    /// <param name="delivery">The node's delivery actor, always by the same reference.</param>
    /// <param name="observation">What was gleaned.</param>
    /// <param name="ticket">What it was let in by. A batch has one; they change some times a second.</param>
    public void Add(IActorRef delivery, Observation observation, long ticket)
    {
        if (ticket != _ticket)
            Flush();
        _ticket = ticket;
        var batch = _open.For(delivery, ObservationCodec.MaxSize);
        batch.Add(ObservationCodec.Write(batch.Next, observation));
    }

    /// <summary>Sends what was collected.</summary>
    public void Flush() => _open.Flush();

    private void Send(IActorRef delivery, BatchWriter batch)
    {
        _counters.Delivered(batch.Count);
        _forwarder.Tell(new ForwardActor.ToNode(delivery, new DeliveryProtocol.Observations(batch.Take(_ticket))),
            ActorRefs.NoSender);
    }
}
