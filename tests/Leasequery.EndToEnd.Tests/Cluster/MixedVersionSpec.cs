using Leasequery.EndToEnd.Tests.Peers;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Leasequery.EndToEnd.Tests.Cluster;

/// <summary>
/// A cluster of an earlier version is upgraded node by node, while relays ask all nodes and send copies to all. At each step all
/// nodes tell the same of every line, none tells an older truth than was told before, and none has met a message that it does not
/// know. perf/mixed-versions builds the earlier version and names its program by LEASEQUERY_BEFORE.
/// </summary>
public sealed class MixedVersionSpec(ITestOutputHelper output)
{
    // The oldest node, where sharding's coordinator lives, is neither the first nor the last.
    static readonly int[] Order = [3, 1, 2];

    // More than a restart among equals: nothing is balanced in between, so one node may hold half of all shards when it ends.
    static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(3);

    static string? Before => Environment.GetEnvironmentVariable("LEASEQUERY_BEFORE");

    [UpgradeFact]
    public async Task a_cluster_is_upgraded_node_by_node_and_nobody_notices()
    {
        using var network = new ClusterNetwork();
        using var database = await ClusterDatabase.StartAsync(network.Database);
        using var nodes = new ClusterNodes(network, output: output);
        await Task.WhenAll(ClusterNodes.All.Select(node => nodes.StartAsync(node, Before)));
        await nodes.AreHealthyAsync();
        using var traffic = new Traffic(network.Relays);
        await traffic.FlowsAsync();

        foreach (var node in Order)
        {
            var versions = node == Order[^1] ? 1 : 2;
            await RunAsync($"upgrade of node {node}", versions, async () =>
            {
                Assert.Equal(0, await nodes[node].TerminateAsync());
                await nodes.StartAsync(node);
                await nodes.AreHealthyAsync(versions);
                await MoveAllAsync();
            });
        }

        // What an earlier version does not know is kept from it, as DeliverySpec shows; in the end it is used.
        foreach (var node in ClusterNodes.All)
            Assert.NotEqual(0, await DeliveriesAsync(node));

        async Task RunAsync(string what, int versions, Func<Task> step)
        {
            traffic.TakeLongestGap();
            await step();
            await traffic.IsAnsweredAsync();
            var gap = traffic.TakeLongestGap();
            await nodes.AreHealthyAsync(versions);
            var wrong = await traffic.AuditAsync(network);
            output.WriteLine($"{what}: longest gap {gap.TotalSeconds:0.00} s, {wrong.Count} wrong");
            Assert.True(wrong.Count == 0, $"{what}:{Environment.NewLine}{string.Join(Environment.NewLine, wrong.Take(20))}");
            Assert.True(gap <= LongestGap + Traffic.AskInterval * ClusterNetwork.Count,
                $"{what}: nobody told of some line for {gap.TotalSeconds:0.00} s");
            Assert.All(ClusterNodes.All, node => Assert.Empty(nodes[node].LoggedErrors));
        }

        // Long enough that every device has moved, and that each way between the nodes was gone.
        Task MoveAllAsync() => traffic.HasMovedAsync();

        async Task<long> DeliveriesAsync(int node) =>
            (await nodes[node].Monitoring.ReadAsync()).Total("leasequery_deliveries_total");
    }

    /// <summary>As other tests with peers, where there is an earlier version.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    [XunitTestCaseDiscoverer("Leasequery.EndToEnd.Tests.Peers." + nameof(PeerFactDiscoverer), "Leasequery.EndToEnd.Tests")]
    sealed class UpgradeFactAttribute : FactAttribute
    {
        public UpgradeFactAttribute()
        {
            if (Before is null)
                Skip = "LEASEQUERY_BEFORE names no program of an earlier version; perf/mixed-versions builds one.";
            else if (!PeerRequirements.Required)
                Skip = PeerRequirements.Missing;
        }
    }
}
