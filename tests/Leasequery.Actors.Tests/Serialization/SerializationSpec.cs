using Akka.Actor;
using Akka.Configuration;
using Leasequery.Actors.Serialization;
using Leasequery.Actors.Settings;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Serialization;

/// <summary>A serializer in an actor system, as the service has it.</summary>
public abstract class SerializationSpec : IDisposable
{
    protected SerializationSpec() => Serializer = new LeasequerySerializer((ExtendedActorSystem)System);

    protected ActorSystem System { get; } = ActorSystem.Create(Asker.System,
        ConfigurationFactory.ParseString("akka.actor.provider = local\nakka.loglevel = OFF")
            .WithFallback(LeasequerySettings.Reference));

    protected LeasequerySerializer Serializer { get; }

    public void Dispose()
    {
        System.Terminate().Wait(Patience);
        GC.SuppressFinalize(this);
    }
}
