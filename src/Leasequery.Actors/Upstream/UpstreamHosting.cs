using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;
using Akka.Hosting;
using Leasequery.Actors.Ingress;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Settings;
using Leasequery.Domain.Upstream;

namespace Leasequery.Actors.Upstream;

/// <summary>The key of the shard region of all DHCP servers.</summary>
public sealed class ServerRegion;

/// <summary>Starts what asks DHCP servers.</summary>
internal static class UpstreamHosting
{
    private const string TypeName = "server";

    public static AkkaConfigurationBuilder WithUpstream(this AkkaConfigurationBuilder builder, LeasequerySettings settings)
    {
        var servers = settings.Upstream.Servers.ToDictionary(server => server.Name);
        return builder
            .WithShardRegion<ServerRegion>(
                TypeName,
                (_, registry, services) =>
                {
                    var metrics = services.GetService<LeasequeryMetrics>();
                    var clock = services.GetService<TimeProvider>();
                    return name => servers.TryGetValue(name, out var server)
                        ? ServerActor.Props(server, settings, metrics.AddServer(name), clock, registry.Get<IngressActor>())
                        : throw new ArgumentException($"'{name}' is no server of leasequery.upstream.servers", nameof(name));
                },
                new ServerRouting(),
                new ShardOptions
                {
                    StateStoreMode = StateStoreMode.DData,
                    RememberEntities = false,
                    ShouldPassivateIdleEntities = false, // its caches are what spares the server
                    Role = NodeRoleNames.Ingress, // it sends by the sockets of the node it lives on
                })
            .WithActors((system, registry, _) => registry.Register<UpstreamActor>(system.ActorOf(
                UpstreamActor.Props(new AuthorityMap(settings.Networks, [.. servers.Keys]), registry.Get<ServerRegion>()),
                "upstream")));
    }
}
