using Akka.Actor;
using Akka.Cluster;

namespace Leasequery.Actors.Addresses;

/// <summary>Hears which nodes are about to leave, and says to the others that this one is.</summary>
internal sealed class DepartureActor(Departures departures) : UntypedActor
{
    /// <summary>Its name under /user: other nodes find it by that.</summary>
    public const string Name = "departures";

    public static Props Props(Departures departures) => Akka.Actor.Props.Create(() => new DepartureActor(departures));

    protected override void PreStart() => Akka.Cluster.Cluster.Get(Context.System).Subscribe(Self,
        ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.MemberRemoved));

    protected override void PostStop() => Akka.Cluster.Cluster.Get(Context.System).Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case DepartureProtocol.Leaving:
                departures.Add(Sender.Path.Address);
                break;
            case ClusterEvent.MemberRemoved removed:
                departures.Remove(removed.Member.Address);
                break;
            case Announce announce:
                departures.AddOwn();
                foreach (var node in announce.To)
                    Context.ActorSelection(new RootActorPath(node) / "user" / Name).Tell(DepartureProtocol.Leaving.Instance);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>This node is about to leave.</summary>
    /// <param name="To">Whom to tell.</param>
    public sealed record Announce(IReadOnlyList<Address> To) : INoSerializationVerificationNeeded;
}
