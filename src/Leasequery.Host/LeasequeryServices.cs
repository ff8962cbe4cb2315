using Akka.Configuration;
using Leasequery.Actors;
using Leasequery.Actors.Ingress;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Stores;
using Leasequery.Actors.Upstream;
using Leasequery.Host.Monitoring;
using Leasequery.Host.Persistence;
using Leasequery.Host.Persistence.PostgreSql;
using Leasequery.Host.Persistence.Sqlite;

namespace Leasequery.Host;

/// <summary>The service inside another generic host: for vendors who run it beside their relay.</summary>
public static class LeasequeryServices
{
    // For the cluster, to which shards are handed over, and the store.
    private static readonly TimeSpan AfterTheSockets = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Adds all of the service: sockets, actors, the store and the monitoring endpoint. It starts and stops with the host.
    /// Wait for <see cref="Readiness.WaitAsync"/> of the host's services to know that it answers. When the service ends by itself
    /// it stops the host; <see cref="ServiceEnd.Unplanned"/> then says why.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">HOCON with a <c>leasequery { }</c> section; hocon/reference.conf names the keys.</param>
    /// <exception cref="SettingsException">A setting cannot be used: the message names it and says what is allowed.</exception>
    public static IServiceCollection AddLeasequery(this IServiceCollection services, Config configuration) =>
        services.AddLeasequery(LeasequerySettings.From(configuration));

    /// <inheritdoc cref="AddLeasequery(IServiceCollection, Config)"/>
    /// <param name="services">The host's services.</param>
    /// <param name="settings">The settings.</param>
    public static IServiceCollection AddLeasequery(this IServiceCollection services, LeasequerySettings settings)
    {
        if (settings.Cluster.HasIngress)
        {
            settings.Ingress.CheckMachine();
            settings.Upstream.CheckMachine();
        }

        ClusterEndpoint.Check(settings.Cluster);
        // .NET gives a host 30 s to end, in which less may be stored and handed over than the settings promise.
        services.PostConfigure<HostOptions>(options => options.ShutdownTimeout = Longer(options.ShutdownTimeout,
            settings.ShutdownGrace + settings.ShutdownTimeout + AfterTheSockets));
        // Opened here and not by the container, so that a directory that cannot be used is said before anything starts.
        IJournalStore store = settings.Store.Kind == StoreKind.PostgreSql
            ? OpenPostgreSql(settings)
            : SqliteStore.Open(settings.Store);
        services.AddSingleton(_ => store); // the container disposes of it, and of its writer before
        services.AddSingleton<IBindingArchive>(store); // and not by this name
        services.AddSingleton(provider => new JournalWriter(provider.GetRequiredService<IJournalStore>(),
            new JournalLimits(settings.Store.MaxBatch, settings.MaxGleaningInFlight), provider.GetRequiredService<StoreHealth>(),
            provider.GetRequiredService<LeasequeryMetrics>(), provider.GetRequiredService<Touch>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<MonitoringEndpoint>();
        services.AddHostedService(provider => provider.GetRequiredService<MonitoringEndpoint>());
        services.AddSingleton<StoreCheck>();
        // Before the actors: who spreads addresses otherwise must not join.
        services.AddHostedService(provider => provider.GetRequiredService<StoreCheck>());
        return services.AddLeasequeryActors(settings, (akka, provider) =>
            akka.WithJournalOf(provider.GetRequiredService<IJournalStore>(), provider.GetRequiredService<JournalWriter>(),
                provider.GetRequiredService<LocationTable>()));
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) =>
        one == Timeout.InfiniteTimeSpan || one > other ? one : other;

    private static PostgreSqlStore OpenPostgreSql(LeasequerySettings settings) =>
        PostgreSqlStore.Open(settings.Store, new ShardMap(settings.Shards));
}
