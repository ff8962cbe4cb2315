using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using Akka.DistributedData;
using Akka.Util;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Delivery;
using Leasequery.Actors.Forwarding;
using Leasequery.Actors.Ingress;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Stores;
using Leasequery.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leasequery.Actors.Tests.Cluster;

/// <summary>
/// One node of a cluster in this process, in real time: the actors of the service as they are hosted, but for the strategy that
/// places the shards.
/// </summary>
internal sealed class ClusterNode : IDisposable
{
    private readonly IngressStatus _status = new();
    private readonly StoreHealth _health =
        new(TimeProvider.System, TimeSpan.FromSeconds(1), NullLogger<StoreHealth>.Instance);
    private readonly LeasequerySettings _settings;
    private readonly SharedStore _store;
    private readonly string _version;
    private readonly ShardProgress _progress;

    /// <summary>Makes a node that has not joined yet.</summary>
    /// <param name="store">The database.</param>
    /// <param name="shards">How many shards there are.</param>
    /// <param name="version">The version of the service that it runs; it has nothing that came later.</param>
    public ClusterNode(SharedStore store, int shards, string? version = null)
    {
        _version = version ?? ServiceVersion.Own;
        _store = store;
        _settings = Support.Node.Settings($"addresses.shards = {shards}");
        Table = new LocationTable(new ShardMap(shards));
        Owners = new ShardOwners(shards);
        _progress = new ShardProgress(shards);
        Metrics = new LeasequeryMetrics(Table, _health, NullLogger<LeasequeryMetrics>.Instance);
        System = ActorSystem.Create("two-nodes", ConfigurationFactory.ParseString(
            $$"""
            akka.loglevel = OFF
            akka.stdout-loglevel = OFF
            akka.cluster.app-version = "{{_version}}"
            akka.cluster.sharding.rebalance-interval = 100 ms
            akka.coordinated-shutdown.run-by-actor-system-terminate = off
            {{store.Hocon}}
            """)
            .WithFallback(LeasequerySettings.Reference)
            .WithFallback(ClusterSharding.DefaultConfig())
            .WithFallback(ClusterSingleton.DefaultConfig())
            .WithFallback(DistributedData.DefaultConfig()));
        Region = ActorRefs.Nobody;
    }

    public ActorSystem System { get; }

    public LocationTable Table { get; }

    public ShardOwners Owners { get; }

    public Departures Departures { get; } = new();

    public LeasequeryMetrics Metrics { get; }

    public IActorRef Region { get; private set; }

    public Address Address => Cluster.SelfAddress;

    public Akka.Cluster.Cluster Cluster => Akka.Cluster.Cluster.Get(System);

    public bool IsReady => _progress.IsComplete && _status.IsOpen;

    /// <summary>Where it listens.</summary>
    public Ipv4Endpoint Endpoint => _status.Endpoints.Result[0];

    /// <summary>Joins the cluster and starts the service.</summary>
    public void Start(Address seed, ShardPlaces places)
    {
        Cluster.Join(seed);
        Region = ClusterSharding.Get(System).Start(
            "address",
            AddressHosting.EntityProps(
                new AddressContext(Table, Metrics, TimeProvider.System, _settings.Upstream, ActorRefs.Nobody,
                    TimeSpan.FromSeconds(1), int.MaxValue),
                _store,
                _settings.Networks,
                Touch.Always(TimeProvider.System)),
            ClusterShardingSettings.Create(System),
            new AddressRouting(Table.Shards),
            new CarefulAllocation(places, _health, Departures, Table.Shards.Count, atOnce: 1, () => true),
            Leave.Instance);
        var joined = new TaskCompletionSource();
        Cluster.RegisterOnMemberUp(joined.SetResult);
        var opener = System.ActorOf(ShardOpener.Props(Region, _progress, Owners, joined.Task, () => true,
            ServiceVersion.Of(System), TimeProvider.System));
        Cluster.Subscribe(opener, typeof(ClusterEvent.MemberRemoved));
        var announcer = System.ActorOf(DepartureActor.Props(Departures), DepartureActor.Name);
        var handOver = new ShardHandOver(System, announcer, Departures, Owners, Table.Shards.Count);
        CoordinatedShutdown.Get(System).AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "hand-over", async () =>
        {
            await handOver.RunAsync();
            return Akka.Done.Instance;
        });
        System.ActorOf(LookUpActor.Props(Table, hasServers: false, Region, Metrics.AddThread(), TimeProvider.System),
            LookUpActor.Name);
        if (ServiceVersion.TakesObservations(AppVersion.Create(_version)))
            System.ActorOf(DeliveryActor.Props(Table, Region), DeliveryActor.Name);
        var gate = new AdmissionGate(10_000, TimeSpan.FromSeconds(5), TimeProvider.System);
        var context = new IngressContext(_settings, Table, _health, gate, gate, Touch.Always(TimeProvider.System))
        {
            Owners = Owners,
        };
        System.ActorOf(IngressActor.Props(context, Region, ActorRefs.Nobody, Metrics, _status, TimeProvider.System,
            NullLogger.Instance));
    }

    public void Dispose()
    {
        System.Terminate().Wait(Support.Some.Patience);
        Metrics.Dispose();
    }
}
