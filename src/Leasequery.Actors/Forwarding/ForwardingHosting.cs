using Akka.Hosting;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Delivery;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Settings;

namespace Leasequery.Actors.Forwarding;

/// <summary>Starts what answers the questions of other nodes, and what takes what they have gleaned.</summary>
internal static class ForwardingHosting
{
    public static AkkaConfigurationBuilder WithForwarding(this AkkaConfigurationBuilder builder, LeasequerySettings settings) =>
        builder.WithActors((system, registry, services) =>
        {
            var table = services.GetService<LocationTable>();
            var addresses = registry.Get<AddressRegion>();
            system.ActorOf(
                LookUpActor.Props(table, settings.Upstream.HasServers, addresses,
                    services.GetService<LeasequeryMetrics>().AddThread(), services.GetService<TimeProvider>()),
                LookUpActor.Name);
            system.ActorOf(DeliveryActor.Props(table, addresses), DeliveryActor.Name);
        });
}
