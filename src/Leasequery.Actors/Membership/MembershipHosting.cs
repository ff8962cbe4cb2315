using Akka.Actor;
using Akka.Hosting;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Stores;
using Microsoft.Extensions.Logging;

namespace Leasequery.Actors.Membership;

/// <summary>Starts what makes this node a part of its cluster, and says first of all that it is about to leave.</summary>
internal static class MembershipHosting
{
    // The threads of the cluster's own actors, so that load does not look like failure.
    private const string Dispatcher = "akka.cluster.own-dispatcher";

    // A cluster of one is there within a fraction of that, or something is badly wrong.
    private static readonly TimeSpan LongestJoin = TimeSpan.FromSeconds(3);

    public static AkkaConfigurationBuilder WithMembership(
        this AkkaConfigurationBuilder builder, LeasequerySettings settings) => builder
        .AddStartup((system, _) =>
        {
            // A node without seeds is a cluster of one.
            if (!settings.Cluster.IsClustered)
                Akka.Cluster.Cluster.Get(system).Join(Akka.Cluster.Cluster.Get(system).SelfAddress);
        })
        .WithActors((system, _, services) =>
        {
            var standing = services.GetService<NodeStanding>();
            if (settings.Cluster.IsClustered)
                system.ActorOf(
                    RollCallActor.Props(
                        settings.Cluster, services.GetService<Touch>(), standing, services.GetService<StoreHealth>().Reached,
                        services.GetService<TimeProvider>(),
                        settings.Cluster.Tls is { } tls ? ClusterCertificates.Load(tls).Check : null,
                        services.GetService<ILogger<RollCallActor>>()).WithDispatcher(Dispatcher),
                    RollCallActor.Name);
            else
                Akka.Cluster.Cluster.Get(system).RegisterOnMemberUp(() => standing.MoveTo(Standing.Member));

            CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "say-good-bye", async () =>
            {
                // Akka forgets a word to leave that comes while a node joins itself, and waits five seconds for what then
                // never happens.
                if (!settings.Cluster.IsClustered)
                    await Task.WhenAny(standing.Joined, Task.Delay(LongestJoin));
                var wasMember = standing.Current == Standing.Member;
                standing.MoveTo(Standing.Leaving);
                if (wasMember)
                    await Task.Delay(settings.ShutdownGrace);
                return Akka.Done.Instance;
            });
        });
}
