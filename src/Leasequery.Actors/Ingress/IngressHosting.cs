using Akka.Actor;
using Akka.Hosting;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Stores;
using Leasequery.Actors.Upstream;
using Microsoft.Extensions.Logging;

namespace Leasequery.Actors.Ingress;

/// <summary>Starts the ingress, and sees that it ends first.</summary>
internal static class IngressHosting
{
    public static AkkaConfigurationBuilder WithIngress(this AkkaConfigurationBuilder builder, LeasequerySettings settings) =>
        builder.WithActors((system, registry, services) =>
        {
            var clock = services.GetService<TimeProvider>();
            var context = new IngressContext(
                settings,
                services.GetService<LocationTable>(),
                services.GetService<StoreHealth>(),
                new AdmissionGate(settings.Ingress.MaxQuestionsInFlight, settings.Ingress.InFlightTimeout, clock),
                new AdmissionGate(settings.MaxGleaningInFlight, settings.Ingress.InFlightTimeout, clock));
            var ingress = system.ActorOf(
                IngressActor.Props(context, registry.Get<AddressRegion>(), registry.Get<ServerRegion>(), services.GetService<LeasequeryMetrics>(),
                    services.GetService<IngressStatus>(), clock, services.GetService<ILogger<IngressActor>>()),
                "ingress");

            registry.Register<IngressActor>(ingress);

            // The sockets first, then the actors: what was taken in is answered and stored before anything else ends.
            CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseServiceUnbind, "stop-ingress", () =>
                ingress.Ask<Akka.Done>(IngressProtocol.Stop.Instance, settings.ShutdownTimeout));
        });
}
