using Akka.Hosting;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Settings;

namespace Leasequery.Actors.Forwarding;

/// <summary>Starts what answers the questions of other nodes.</summary>
internal static class ForwardingHosting
{
    public static AkkaConfigurationBuilder WithForwarding(this AkkaConfigurationBuilder builder, LeasequerySettings settings) =>
        builder.WithActors((system, registry, services) => system.ActorOf(
            LookUpActor.Props(services.GetService<LocationTable>(), settings.Upstream.HasServers, registry.Get<AddressRegion>(),
                services.GetService<LeasequeryMetrics>().AddThread(), services.GetService<TimeProvider>()),
            LookUpActor.Name));
}
