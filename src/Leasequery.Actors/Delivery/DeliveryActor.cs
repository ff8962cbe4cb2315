using Akka.Actor;
using Akka.Event;
using Leasequery.Actors.Locations;

namespace Leasequery.Actors.Delivery;

/// <summary>
/// Takes what other nodes have gleaned of the addresses of this one: by a <see cref="DeliveryDesk"/> for each of them.
/// </summary>
internal sealed class DeliveryActor(LocationTable table, IActorRef addresses) : UntypedActor
{
    /// <summary>Its name under /user: other nodes find it by that.</summary>
    public const string Name = "delivery";

    private readonly Dictionary<IActorRef, IActorRef> _desks = [];

    public static Props Props(LocationTable table, IActorRef addresses) =>
        Akka.Actor.Props.Create(() => new DeliveryActor(table, addresses));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case DeliveryProtocol.Observations observations:
                DeskFor(Sender).Forward(observations);
                break;
            case Left left when _desks.Remove(left.Forwarder, out var desk):
                Context.Stop(desk);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private IActorRef DeskFor(IActorRef forwarder)
    {
        if (!_desks.TryGetValue(forwarder, out var desk))
        {
            _desks[forwarder] = desk = Context.ActorOf(DeliveryDesk.Props(forwarder, table, addresses));
            Context.WatchWith(forwarder, new Left(forwarder));
        }

        return desk;
    }

    private sealed record Left(IActorRef Forwarder) : IDeadLetterSuppression;
}
