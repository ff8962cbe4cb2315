using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Configuration;
using Akka.Hosting;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Forwarding;
using Leasequery.Actors.Ingress;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Stores;
using Leasequery.Actors.Upstream;
using Leasequery.Domain.Upstream;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Leasequery.Actors;

/// <summary>What runs, in order. The store is not named here: whoever hosts the actors brings one.</summary>
public static class LeasequeryHosting
{
    /// <summary>The name of the actor system; nodes of one cluster share it.</summary>
    public const string SystemName = "leasequery";

    /// <summary>
    /// Adds the service to a generic host, all but its store. A store plugs in as an Akka.Persistence journal by
    /// <paramref name="configure"/> and as an <see cref="IBindingArchive"/> in the services.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="configure">Adds the journal.</param>
    public static IServiceCollection AddLeasequeryActors(this IServiceCollection services, LeasequerySettings settings,
        Action<AkkaConfigurationBuilder, IServiceProvider> configure)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(settings);
        var shards = new ShardMap(settings.Shards);
        services.AddSingleton(shards);
        services.AddSingleton(new ShardProgress(settings.Shards));
        services.AddSingleton(new ShardOwners(settings.Shards));
        services.AddSingleton<Departures>();
        services.AddSingleton<IngressStatus>();
        // As an instance, so that the container does not dispose of it: a thread that ends late would read freed memory, and the
        // process takes its memory along anyway.
        services.AddSingleton(new LocationTable(shards,
            new NegativeCache(settings.Upstream.NegativeEntries, settings.Upstream.NegativeTurnover)));
        services.AddSingleton<LeasequeryMetrics>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<ServiceEnd>();
        services.AddSingleton(provider => new StoreHealth(provider.GetRequiredService<TimeProvider>(),
            settings.Store.ProbeInterval, provider.GetRequiredService<ILogger<StoreHealth>>()));
        services.AddSingleton<NodeStanding>();
        services.AddSingleton(provider => new Touch(provider.GetRequiredService<TimeProvider>(),
            settings.Cluster.IsClustered ? settings.Cluster.SilenceAfter : null));
        services.AddSingleton<ClusterReporter>();
        services.AddHostedService<AkkaStart>();
        return services.AddAkka(SystemName, (builder, provider) =>
        {
            builder
                .AddHocon(AkkaConfig(settings), HoconAddMode.Append)
                .AddHocon(Shutdown(settings), HoconAddMode.Prepend)
                .AddHocon(ServiceVersion.Config, HoconAddMode.Append)
                .ConfigureLoggers(loggers =>
                {
                    loggers.ClearLoggers();
                    loggers.AddLoggerFactory();
                })
                .WithClustering()
                .AddStartup((system, _) => provider.GetRequiredService<ServiceEnd>().Watch(system));
            if (settings.Cluster is { IsClustered: true, Tls: { } tls })
                builder.AddSetup(ClusterCertificates.Load(tls).Setup);
            configure(builder, provider);
            builder
                .WithUpstream(settings)
                .WithAddresses(settings)
                .WithForwarding(settings)
                .WithIngress(settings)
                .WithMembership(settings);
        });
    }

    private static Config AkkaConfig(LeasequerySettings settings) => settings.Cluster.IsClustered
        ? ClusterConfig.Whole(settings, NodeAddress.Of(settings.Cluster))
        : settings.Config;

    // While the node still answers, its shards move. The start of what is to end may have to be waited for, too.
    private static TimeSpan BeforeUnbind(LeasequerySettings settings) =>
        settings.ShutdownGrace + ShardHandOver.Longest + TimeSpan.FromSeconds(5);

    // Only the host ends the actors, once they have all started: Akka's own hook hears of SIGTERM, too, and would tear down a
    // system whose actors, and whose tasks for the end, are just being made.
    private static Config Shutdown(LeasequerySettings settings) => ConfigurationFactory.ParseString($$"""
        akka.coordinated-shutdown {
          run-by-clr-shutdown-hook = off
          phases.{{CoordinatedShutdown.PhaseBeforeServiceUnbind}}.timeout = {{BeforeUnbind(settings).TotalSeconds}} s
          phases.{{CoordinatedShutdown.PhaseServiceUnbind}}.timeout = {{settings.ShutdownTimeout.TotalSeconds + 1}} s
        }
        """);
}
