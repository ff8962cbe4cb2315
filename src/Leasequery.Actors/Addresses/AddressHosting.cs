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

    // Less than the five seconds that Akka gives a phase of its shutdown.
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(3);

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
                Role = NodeRoleNames.Address,
            })
        .WithActors((system, registry, services) =>
        {
            var progress = services.GetService<ShardProgress>();
            var opener = system.ActorOf(
                ShardOpener.Props(registry.Get<AddressRegion>(), progress, settings.PassivateAfter, services.GetService<TimeProvider>()), "shard-opener");
            CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "stop-shard-opener", async () =>
            {
                // Told to stop while it starts: a region that still waits for places of shards would wait ten seconds in vain.
                await progress.Completed.WaitAsync(StartLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await opener.GracefulStop(TimeSpan.FromSeconds(1));
                return Akka.Done.Instance;
            });
        });
}
