using System.Diagnostics;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Leasequery.Actors.Settings;

namespace Leasequery.Actors.Addresses;

/// <summary>
/// Keeps a node that leaves in the cluster until others own its shards, where the coordinator of sharding lives on it: on the
/// oldest node. Else the coordinator moves first, and shards that it has given nobody yet are silent until it is somewhere else,
/// which takes a second.
/// </summary>
internal static class NewOwners
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    // Less than the ten seconds that Akka gives the phase: when all nodes end at once nobody takes the shards.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <summary>Has the shutdown of a node wait for them while its shard region ends.</summary>
    /// <param name="system">The node.</param>
    /// <param name="typeName">What the region is called.</param>
    /// <param name="shards">How many shards there are.</param>
    public static void AwaitWhenLeaving(ActorSystem system, string typeName, int shards)
    {
        var phase = CoordinatedShutdown.PhaseClusterShardingShutdownRegion;
        CoordinatedShutdown.Get(system).AddTask(phase, "await-new-owners", async () =>
        {
            await AwaitAsync(system, typeName, shards);
            return Akka.Done.Instance;
        });
    }

    private static async Task AwaitAsync(ActorSystem system, string typeName, int shards)
    {
        var cluster = Akka.Cluster.Cluster.Get(system);
        var start = Stopwatch.GetTimestamp();
        try
        {
            var coordinator = await system.ActorSelection($"/system/sharding/{typeName}Coordinator/singleton/coordinator")
                .ResolveOne(Limit);
            var owned = OwnedByOthersAsync(coordinator, cluster.SelfAddress);
            while (Stopwatch.GetElapsedTime(start) < Limit && cluster.State.Members.Any(IsOther))
            {
                // Not waited for: when all nodes end at once their regions do not answer, and that they leave is seen first.
                if (owned.IsCompleted)
                {
                    if (await owned >= shards)
                        break;
                    owned = OwnedByOthersAsync(coordinator, cluster.SelfAddress);
                }

                await Task.Delay(Interval);
            }
        }
        catch (ActorNotFoundException)
        {
            // It lives on another node, which gives the shards away after this one has gone.
        }

        bool IsOther(Member member) => member.Status is MemberStatus.Up or MemberStatus.WeaklyUp
            && member.UniqueAddress != cluster.SelfUniqueAddress && member.HasRole(NodeRoleNames.Address);
    }

    private static async Task<int> OwnedByOthersAsync(IActorRef coordinator, Address own)
    {
        try
        {
            var all = await coordinator.Ask<ClusterShardingStats>(new GetClusterShardingStats(Limit / 4), Limit / 3);
            return all.Regions.Where(region => region.Key != own).Sum(region => region.Value.Stats.Count);
        }
        catch (AskTimeoutException)
        {
            return 0; // it waits for an answer itself; asked again
        }
    }
}
