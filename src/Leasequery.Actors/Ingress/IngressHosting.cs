using Akka.Actor;
using Akka.Hosting;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Forwarding;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Stores;
using Leasequery.Actors.Upstream;
using Microsoft.Extensions.Logging;

namespace Leasequery.Actors.Ingress;

/// <summary>Starts the ingress, and sees that it ends first.</summary>
public static class IngressHosting
{
    /// <summary>
    /// Tries whether this machine has what the settings name: the endpoints can be bound (they are left free), the CPUs are
    /// there. For before the start: once the cluster is on its way up, a way back takes it ten seconds and many words.
    /// </summary>
    /// <exception cref="SettingsException">One of them cannot, or is not.</exception>
    public static void CheckMachine(this IngressSettings settings)
    {
        foreach (var endpoint in settings.Listen)
            foreach (var socket in DatagramSocket.Open(endpoint, count: 1, settings))
                socket.Dispose();
        var allowed = CpuAffinity.Allowed();
        for (var i = 0; i < settings.Cpus.Count; i++)
            if (!allowed.Contains(settings.Cpus[i]))
                throw new SettingsException($"leasequery.ingress.cpus[{i}]", $"\"{settings.Cpus[i]}\"",
                    $"a CPU that this process may run on: {string.Join(", ", allowed)}");
    }

    internal static AkkaConfigurationBuilder WithIngress(this AkkaConfigurationBuilder builder, LeasequerySettings settings) =>
        builder.WithActors((system, registry, services) =>
        {
            if (!settings.Cluster.HasIngress)
            {
                services.GetService<IngressStatus>().NotHere();
                return;
            }

            if (settings.Upstream.Doubt is { } doubt)
            {
                services.GetService<IngressStatus>().Doubt = doubt;
                services.GetService<ILogger<IngressActor>>().LogWarning("{Doubt}", doubt);
            }

            var clock = services.GetService<TimeProvider>();
            var context = new IngressContext(
                settings,
                services.GetService<LocationTable>(),
                services.GetService<StoreHealth>(),
                new AdmissionGate(settings.Ingress.MaxQuestionsInFlight, settings.Ingress.InFlightTimeout, clock),
                new AdmissionGate(settings.MaxGleaningInFlight, settings.Ingress.InFlightTimeout, clock),
                services.GetService<Touch>())
            {
                Owners = services.GetService<ShardOwners>(),
            };
            var ingress = system.ActorOf(
                IngressActor.Props(context, registry.Get<AddressRegion>(), registry.Get<ServerRegion>(),
                    services.GetService<LeasequeryMetrics>(), services.GetService<IngressStatus>(), clock,
                    services.GetService<ILogger<IngressActor>>()),
                "ingress");

            registry.Register<IngressActor>(ingress);

            // The sockets first, then the actors: what was taken in is answered and stored before anything else ends.
            CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseServiceUnbind, "stop-ingress", () =>
                ingress.Ask<Akka.Done>(IngressProtocol.Stop.Instance, settings.ShutdownTimeout));
        });
}
