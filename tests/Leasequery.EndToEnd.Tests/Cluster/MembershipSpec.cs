using System.Net;
using System.Text.Json;
using Leasequery.EndToEnd.Tests.Peers;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Peers.Packets;
using Leasequery.EndToEnd.Tests.Service;
using Xunit.Abstractions;

namespace Leasequery.EndToEnd.Tests.Cluster;

/// <summary>Nodes that come and go, as operators and load balancers see them.</summary>
public sealed class MembershipSpec(ITestOutputHelper output)
{
    [PeerFact]
    public async Task nodes_form_one_cluster_without_the_first_of_them_and_tell_of_those_that_leave()
    {
        using var network = new ClusterNetwork();
        using var database = await ClusterDatabase.StartAsync(network.Database);
        // Time to be asked in, also on a machine that is slow to ask.
        using var nodes = new ClusterNodes(network, (_, settings) => settings.With("leasequery.shutdown-grace", "10 s"));

        var alone = nodes.StartAsync(2); // one of three forms no cluster
        using var monitoring = new MonitoringClient(new IPEndPoint(ClusterNetwork.ServiceAddress(2), 9067), network.Nodes[1]);
        await Eventually.HoldsAsync(() => IsListening(monitoring), Deadlines.Cluster, "node 2 to look for others");
        Assert.Equal(2, (await StatusAsync(network, 2)).ExitCode);
        await Eventually.GivesAsync(
            async () => (await monitoring.GetAsync("/readyz")).Text is var text
                && text.Contains("too few nodes", StringComparison.Ordinal) ? text : null,
            Deadlines.Cluster, "node 2 to find too few nodes");
        using var requestor = new RelaySocket(network);
        await monitoring.ShowsAsync( // it speaks for nobody, and says so
            metrics => requestor.Ask(IPAddress.Parse("10.9.9.9"), node: 2) is null
                && metrics.Drops.GetValueOrDefault("out-of-touch") > 0,
            "node 2 to count what it does not answer");

        await Task.WhenAll(alone, nodes.StartAsync(3));
        await nodes.StartAsync(1);
        var healthy = await Eventually.GivesAsync( // shards go on moving for a while
            async () => await StatusAsync(network, 1) is { ExitCode: 0 } status ? status : null, Deadlines.Cluster,
            "the cluster to be healthy");
        Assert.Equal("healthy, as 10.78.0.1:7450 sees it (in touch)", healthy.Output[0]);
        Assert.Equal(3, healthy.Output.Count(line => line.Contains(" up ", StringComparison.Ordinal)));

        // SIGTERM: first a load balancer is told, then the node still answers for a while.
        nodes[3].Process.Terminate();
        await Eventually.GivesAsync(
            async () => (await nodes[3].Monitoring.GetAsync("/readyz")) is { Status: HttpStatusCode.ServiceUnavailable } not
                ? not.Text
                : null,
            Deadlines.Cluster, "node 3 to be not ready");
        var last = await Eventually.GivesAsync(
            () => requestor.Ask(IPAddress.Parse("10.9.9.9"), node: 3)
                ?? (nodes[3].Process.HasExited ? throw new InvalidOperationException("Node 3 ended, and was not heard.") : null),
            Deadlines.Service, "node 3 to answer while it is not ready any more");
        Assert.Equal(HandMadeQuery.Unassigned, last.MessageType);
        await nodes[3].Process.WaitForExitAsync(Deadlines.Cluster, "node 3 to end");
        Assert.Equal(0, nodes[3].Process.ExitCode);
        await nodes.SaysAsync(1, report => report.GetProperty("members").GetArrayLength() == 2, "two members");
    }

    [PeerFact]
    public async Task a_node_of_each_role_is_enough_and_a_witness_owns_nothing()
    {
        using var network = new ClusterNetwork();
        using var database = await ClusterDatabase.StartAsync(network.Database);
        string[] roles = ["[ingress]", "[address]", "[]"];
        using var nodes =
            new ClusterNodes(network, (node, settings) => settings.With("leasequery.cluster.roles", roles[node - 1]));
        await nodes.StartAllAsync();

        using var requestor = new RelaySocket(network);
        var line = new Line(7);
        await Eventually.HoldsAsync(
            () =>
            {
                requestor.Send(line.Move(ClusterNetwork.RelayAddresses[0]), node: 1);
                return requestor.Ask(line.Address, node: 1) is { MessageType: HandMadeQuery.Active };
            },
            Deadlines.Cluster, "the ingress node to tell what the address node stored");
        Assert.Null(requestor.Ask(line.Address, node: 2)); // no sockets there
        foreach (var node in ClusterNodes.All)
        {
            // Queries go to the only node that has sockets; an upgrade waits for each node.
            await Eventually.GivesAsync(
                async () =>
                    await nodes[node].Monitoring.GetAsync("/memberz") is (HttpStatusCode.OK, "does its part\n") ? "it" : null,
                Deadlines.Cluster, $"node {node} to do its part");
            var (status, text) = await nodes[node].Monitoring.GetAsync("/readyz");
            Assert.Equal(node == 1 ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, status);
            Assert.Equal(node == 1 ? "ready\n" : "this node has no sockets (leasequery.cluster.roles): others are asked\n", text);
        }

        using var report = JsonDocument.Parse((await StatusAsync(network, 3, "--json")).Output[0]);
        Assert.Equal(["10.78.0.2:7450"], report.RootElement.GetProperty("owners").EnumerateArray()
            .Where(owner => owner.GetProperty("shards").GetArrayLength() > 0)
            .Select(owner => owner.GetProperty("node").GetString()));
    }

    [PeerFact]
    public async Task a_node_that_cannot_reach_the_database_does_not_join_says_why_and_joins_when_it_can()
    {
        using var network = new ClusterNetwork();
        using var database = await ClusterDatabase.StartAsync(network.Database);
        using var nodes = new ClusterNodes(
            network, (_, settings) => settings.With("leasequery.store.postgresql.connect-timeout", "1 s"), output);
        network.CutFromDatabase(1); // the lowest address: the others do not leave it the first word
        var cut = nodes.StartAsync(1);
        using var monitoring = new MonitoringClient(new IPEndPoint(ClusterNetwork.ServiceAddress(1), 9067), network.Nodes[0]);
        await Eventually.HoldsAsync(() => IsListening(monitoring), Deadlines.Cluster, "node 1 to start");
        await Task.WhenAll(nodes.StartAsync(2), nodes.StartAsync(3));

        await nodes.SaysAsync(
            2,
            report => report.GetProperty("members").GetArrayLength() == 2
                && report.GetProperty("owners").EnumerateArray().Sum(owner => owner.GetProperty("shards").GetArrayLength())
                    == report.GetProperty("shards").GetInt32(),
            "two members that own all shards");
        var (status, text) = await monitoring.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("the node joins its cluster once it has reached its store: PostgreSQL, postgresql://", text,
            StringComparison.Ordinal);
        Assert.Equal(2, (await StatusAsync(network, 1)).ExitCode);

        network.Mend(1);
        await cut;
        // Once for each reason, not for each attempt: one may get no answer in time, and another find no way to the database.
        var reasons = nodes[1].Process.ErrorLines.Select(line => line.Split("The store cannot be reached, trying again. "))
            .Where(parts => parts.Length == 2).Select(parts => parts[1]).ToArray();
        Assert.NotEmpty(reasons);
        Assert.All(reasons.Zip(reasons.Skip(1), (one, next) => (one, next)), pair => Assert.NotEqual(pair.one, pair.next));
        await nodes.AreHealthyAsync();
    }

    [PeerFact]
    public async Task two_clusters_that_hear_each_other_again_become_one()
    {
        using var network = new ClusterNetwork();
        using var database = await ClusterDatabase.StartAsync(network.Database);
        using var nodes = new ClusterNodes(network);
        await nodes.StartAllAsync();
        await nodes.AreHealthyAsync();
        Assert.Equal(0, await nodes[3].TerminateAsync());

        network.Cut(1); // of the two that are left it has the lowest address
        await nodes.EndsAsync(2);
        await Task.WhenAll(nodes.StartAsync(2), nodes.StartAsync(3)); // two of three
        foreach (var (node, members) in new[] { (1, 1), (2, 2) })
            await nodes.SaysAsync(
                node,
                report => report.GetProperty("members").GetArrayLength() == members
                    && report.GetProperty("isInTouch").GetBoolean(),
                $"a cluster of {members}");

        network.Mend(1);
        await nodes.EndsAsync(1);
        Assert.Contains(nodes[1].Process.ErrorLines,
            line => line.Contains("There are two clusters", StringComparison.Ordinal));
        await nodes.StartAsync(1);
        await nodes.AreHealthyAsync();
        Assert.All([2, 3], node => Assert.False(nodes[node].Process.HasExited));
    }

    static bool IsListening(MonitoringClient monitoring)
    {
        try
        {
            return monitoring.GetAsync("/healthz").GetAwaiter().GetResult().Status == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    static Task<Finished> StatusAsync(ClusterNetwork network, int node, params IEnumerable<string> more) =>
        Executable.RunAsync(["cluster", "status", "--server", $"{ClusterNetwork.ServiceAddress(node)}:9067", .. more],
            network.Nodes[node - 1]);
}
