using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;
using Akka.Hosting;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Stores;
using Leasequery.Actors.Upstream;

namespace Leasequery.Actors.Addresses;

/// <summary>The key of the shard region of all addresses.</summary>
public sealed class AddressRegion;

/// <summary>Starts the addresses: their shard region, and what opens the shards.</summary>
internal static class AddressHosting
{
    private const string TypeName = "address";

    public static AkkaConfigurationBuilder WithAddresses(this AkkaConfigurationBuilder builder, LeasequerySettings settings) => builder
        .WithShardRegion<AddressRegion>(
            TypeName,
            (_, registry, services) =>
            {
                var table = services.GetService<LocationTable>();
                var metrics = services.GetService<LeasequeryMetrics>();
                var archive = services.GetService<IBindingArchive>();
                var clock = services.GetService<TimeProvider>();
                return entity => AddressRouting.TryReadDirectoryId(entity, out var shard)
                    ? ShardDirectory.Props(shard, table, archive, settings.Networks)
                    : AddressRouting.TryReadEntityId(entity, out var address)
                        ? AddressActor.Props(address, new AddressContext(table, metrics, clock, settings.Upstream,
                            registry.Get<UpstreamActor>(), settings.PassivateAfter))
                        : throw new ArgumentException($"'{entity}' is no entity of ours", nameof(entity));
            },
            new AddressRouting(new ShardMap(settings.Shards)),
            new ShardOptions
            {
                StateStoreMode = StateStoreMode.DData,
                RememberEntities = false,
                PassivateIdleEntityAfter = settings.PassivateAfter,
                Role = "address",
            })
        .WithActors((system, registry, services) =>
        {
            var opener = system.ActorOf(
                ShardOpener.Props(registry.Get<AddressRegion>(), services.GetService<ShardProgress>(), settings.PassivateAfter),
                "shard-opener");
            CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "stop-shard-opener", async () =>
            {
                await opener.GracefulStop(TimeSpan.FromSeconds(1));
                return Akka.Done.Instance;
            });
        });
}
