using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.Hosting;
using Leasequery.Actors.Forwarding;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Stores;
using Leasequery.Actors.Upstream;
using Leasequery.Domain.Networks;

namespace Leasequery.Actors.Addresses;

/// <summary>The key of the shard region of all addresses.</summary>
public sealed class AddressRegion;

/// <summary>Starts the addresses: their shard region, and what opens the shards.</summary>
internal static class AddressHosting
{
    private const string TypeName = "address";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(3);

    public static AkkaConfigurationBuilder WithAddresses(
        this AkkaConfigurationBuilder builder, LeasequerySettings settings) => builder
        .WithActors((system, registry, services) =>
        {
            var sharding = ClusterSharding.Get(system);
            var options = ShardingOf(system);
            var tuning = options.TuningParameters;
            // On a node that owns no addresses this is a proxy, which finds those who do.
            registry.Register<AddressRegion>(sharding.Start(
                TypeName,
                EntityProps(
                    new AddressContext(services.GetService<LocationTable>(), services.GetService<LeasequeryMetrics>(),
                        services.GetService<TimeProvider>(), settings.Upstream, registry.Get<UpstreamActor>(),
                        settings.PassivateAfter, settings.MaxResidentActors),
                    services.GetService<IBindingArchive>(),
                    settings.Networks,
                    services.GetService<Touch>()),
                options,
                new AddressRouting(new ShardMap(settings.Shards)),
                new CarefulAllocation(sharding.DefaultShardAllocationStrategy(options), services.GetService<StoreHealth>(),
                    services.GetService<Departures>(), settings.Shards,
                    Math.Max(1, Math.Min((int)(tuning.LeastShardAllocationRelativeLimit * settings.Shards),
                        tuning.LeastShardAllocationAbsoluteLimit)),
                    () => Akka.Cluster.Cluster.Get(system).State.Unreachable.IsEmpty),
                Leave.Instance));
        })
        .WithActors((system, registry, services) =>
        {
            var progress = services.GetService<ShardProgress>();
            var opener = system.ActorOf(
                ShardOpener.Props(registry.Get<AddressRegion>(), progress, services.GetService<ShardOwners>(),
                    services.GetService<NodeStanding>().Joined, () => HasOwners(Akka.Cluster.Cluster.Get(system)),
                    ServiceVersion.Of(system), services.GetService<TimeProvider>()),
                "shard-opener");
            Akka.Cluster.Cluster.Get(system).Subscribe(opener, typeof(ClusterEvent.MemberRemoved));
            var departures = services.GetService<Departures>();
            var announcer = system.ActorOf(DepartureActor.Props(departures), DepartureActor.Name);
            var handOver = new ShardHandOver(system, announcer, departures, services.GetService<ShardOwners>(), settings.Shards);
            // While its sockets are open: others ask the DHCP servers whose actors live here until these have moved, too.
            CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "hand-over", async () =>
            {
                // Told to stop while it starts: a region that still waits for places of shards would wait ten seconds in vain.
                await progress.Completed.WaitAsync(StartLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await handOver.RunAsync();
                await opener.GracefulStop(TimeSpan.FromSeconds(1));
                return Akka.Done.Instance;
            });
        });

    // Addresses leave by themselves. Sharding would let directories go, too, and by the wall clock: when that is set forward, all
    // tables would be dropped.
    internal static ClusterShardingSettings ShardingOf(ActorSystem system) => ClusterShardingSettings.Create(system)
        .WithRole(NodeRoleNames.Address)
        .WithStateStoreMode(StateStoreMode.DData)
        .WithRememberEntities(false)
        .WithPassivateIdleAfter(TimeSpan.Zero);

    private static bool HasOwners(Akka.Cluster.Cluster cluster) => cluster.State.Members.Any(member =>
        member.Status is MemberStatus.Up or MemberStatus.Leaving && member.HasRole(NodeRoleNames.Address));

    /// <summary>The entities of the region: an address, or the directory of a shard.</summary>
    internal static Func<string, Props> EntityProps(AddressContext context, IBindingArchive archive, ManagedNetworks networks,
        Touch touch) => entity =>
        AddressRouting.TryReadDirectoryId(entity, out var shard)
        ? ShardDirectory.Props(shard, context.Table, archive, networks, touch, context.Metrics)
        : AddressRouting.TryReadEntityId(entity, out var address) ? AddressActor.Props(address, context)
        : throw new ArgumentException($"'{entity}' is no entity of ours", nameof(entity));
}
