using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;
using Akka.Hosting;
using Leasequery.Actors.Ingress;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Settings;
using Leasequery.Domain.Upstream;

namespace Leasequery.Actors.Upstream;

/// <summary>The key of the shard region of all DHCP servers.</summary>
public sealed class ServerRegion;

/// <summary>Starts what asks DHCP servers.</summary>
public static class UpstreamHosting
{
    private const string TypeName = "server";

    /// <summary>
    /// Tries whether this machine has the address that servers answer to. With another node's in a configuration that they share
    /// every address that was not gleaned would be silent for ever.
    /// </summary>
    /// <exception cref="SettingsException">It has not.</exception>
    public static void CheckMachine(this UpstreamSettings settings)
    {
        if (!settings.HasServers)
            return;
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Parse(settings.RelayAddress.ToString()), 0));
        }
        catch (SocketException cause) when (cause.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            throw new SettingsException("leasequery.upstream.giaddr", $"\"{settings.RelayAddress}\"",
                "an address of this machine, each node's own: DHCP servers answer to it", cause) { MayPass = true };
        }
    }

    internal static AkkaConfigurationBuilder WithUpstream(this AkkaConfigurationBuilder builder, LeasequerySettings settings)
    {
        var servers = settings.Upstream.Servers.ToDictionary(server => server.Name);
        return builder
            .WithShardRegion<ServerRegion>(
                TypeName,
                (system, registry, services) =>
                {
                    var asksAgain = NodesThatAskAgain(system);
                    var metrics = services.GetService<LeasequeryMetrics>();
                    var clock = services.GetService<TimeProvider>();
                    return name => servers.TryGetValue(name, out var server)
                        ? ServerActor.Props(server, settings, metrics.AddServer(name), clock, registry.Get<IngressActor>(),
                            asksAgain)
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
                UpstreamActor.Props(new AuthorityMap(settings.Networks, [.. servers.Keys]), registry.Get<ServerRegion>(),
                    () => CoordinatedShutdown.Get(system).ShutdownReason is not null),
                "upstream")));
    }

    private static Func<Address, bool> NodesThatAskAgain(ActorSystem system)
    {
        var versionOf = ServiceVersion.Of(system);
        return node => node.HasLocalScope || versionOf(node) is { } version && ServiceVersion.AsksServersAgain(version);
    }
}
