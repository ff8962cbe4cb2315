using Akka.Actor;
using Akka.Configuration;
using Leasequery.Actors.Addresses;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Addresses;

/// <summary>Three nodes that are no cluster: all that is said between them is who is about to leave.</summary>
public sealed class DepartureActorTests : IDisposable
{
    private readonly Speaker _one = new();
    private readonly Speaker _two = new();
    private readonly Speaker _three = new();

    public void Dispose() => Task.WaitAll(_one.System.Terminate(), _two.System.Terminate(), _three.System.Terminate());

    [Fact]
    public void Who_is_about_to_leave_is_known_to_those_who_were_told_and_to_itself()
    {
        _one.Actor.Tell(new DepartureActor.Announce([_two.Address]));
        Eventually("the second node knows", () => _two.Departures.Include(_one.Address));
        Eventually("the first one knows of itself", () => _one.Departures.Include(Self));
        Assert.False(_two.Departures.Include(Self));
        Assert.False(_two.Departures.Include(_three.Address));
        Assert.False(_three.Departures.Include(_one.Address));
    }

    /// <summary>How an actor's reference names the node that it is on itself.</summary>
    private static readonly Address Self = new("akka", "nodes");

    private sealed class Speaker
    {
        public Speaker()
        {
            System = ActorSystem.Create("nodes", ConfigurationFactory.ParseString(
                "akka.loglevel = OFF, akka.stdout-loglevel = OFF, akka.coordinated-shutdown.run-by-actor-system-terminate = off")
                .WithFallback(Leasequery.Actors.Settings.LeasequerySettings.Reference));
            Actor = System.ActorOf(DepartureActor.Props(Departures), DepartureActor.Name);
        }

        public ActorSystem System { get; }

        public Departures Departures { get; } = new();

        public IActorRef Actor { get; }

        public Address Address => Akka.Cluster.Cluster.Get(System).SelfAddress;
    }
}
