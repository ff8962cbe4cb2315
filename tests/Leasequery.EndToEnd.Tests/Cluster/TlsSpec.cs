using System.Net;
using Leasequery.EndToEnd.Tests.Peers;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Service;

namespace Leasequery.EndToEnd.Tests.Cluster;

/// <summary>Who is no node of ours does not get in.</summary>
public sealed class TlsSpec
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Long enough for a node that is let in: the first two take as long from start to ready.</summary>
    static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(6);

    enum Stranger
    {
        /// <summary>Its certificate is of another authority. It trusts ours, so it is up to us to refuse it.</summary>
        OfAnotherAuthority,

        /// <summary>The same, and it would not speak to us either. A member may not speak to it.</summary>
        OfAnotherCluster,

        /// <summary>It has none and talks in the clear.</summary>
        InTheClear,
    }

    /// <summary>The words of the side that was connected to: nobody else looks at who connects.</summary>
    [PeerFact]
    public async Task a_node_with_a_certificate_of_another_authority_is_refused_by_those_it_connects_to() =>
        await KeepsOutAsync(Stranger.OfAnotherAuthority, "CN=node 3 is not issued by the authority of the cluster");

    /// <summary>The words of the side that connects.</summary>
    [PeerFact]
    public async Task a_node_of_another_cluster_is_not_spoken_to() =>
        await KeepsOutAsync(Stranger.OfAnotherCluster, "10.78.0.3:7450 is no node of ours: it shows no certificate");

    [PeerFact]
    public async Task a_node_without_a_certificate_cannot_join() => await KeepsOutAsync(Stranger.InTheClear);

    /// <summary>
    /// Three clients of the port that nodes talk on, none of which asks who answers there. A client is through with its part
    /// of TLS 1.3 before it is judged, so what counts is whether it may stay: the right one still waits for a word when the
    /// two others are gone.
    /// </summary>
    [PeerFact]
    public async Task a_client_without_a_certificate_of_ours_is_sent_away_and_one_with_it_stays()
    {
        using var network = new ClusterNetwork();
        using var database = await ClusterDatabase.StartAsync(network.Database);
        using var folder = new TempFolder("certificates");
        var (ours, theirs) = (new CertificateAuthority("ours", folder), new CertificateAuthority("theirs", folder));
        using var nodes = new ClusterNodes(network, (node, settings) => ours.Equip(settings, node)
            .With("leasequery.cluster.seeds", $"[\"{ClusterNetwork.ClusterAddress(node)}\"]"));
        await nodes.StartAsync(1);
        var endpoint = new IPEndPoint(ClusterNetwork.ClusterAddress(1), 7450);
        using var client = new ClusterPortClient(network.Nodes[1], endpoint, ours.Issue(2));
        using var bare = new ClusterPortClient(network.Nodes[1], endpoint, certificate: null);
        using var foreign = new ClusterPortClient(network.Nodes[1], endpoint, theirs.Issue(2));

        var isSentAway = client.IsSentAwayAsync();
        await Eventually.HoldsAsync(() => client.HasShakenHands, Patience, "a handshake with the right certificate");
        await Task.WhenAll(bare.IsSentAwayAsync(), foreign.IsSentAwayAsync()).WaitAsync(Patience);

        Assert.False(isSentAway.IsCompleted, "the node sends away whoever comes");
        Assert.False(nodes[1].Process.HasExited, "a client ended a node");
    }

    [PeerFact]
    public async Task a_certificate_that_no_other_node_would_take_is_refused_at_the_start()
    {
        using var network = new ClusterNetwork();
        using var folder = new TempFolder("certificates");
        var (ours, theirs) = (new CertificateAuthority("ours", folder), new CertificateAuthority("theirs", folder));
        using var nodes = new ClusterNodes(network, (node, settings) => theirs.Equip(settings, node, ours));

        var finished = await Executable.RunAsync(nodes.SettingsOf(1).Arguments, network.Nodes[0]);

        Assert.Equal(78, finished.ExitCode);
        Assert.Contains("leasequery.cluster.tls.certificate", Assert.Single(finished.Errors));
    }

    /// <param name="stranger">Who tries.</param>
    /// <param name="word">What a member says of it in its log; null where it has nothing to judge.</param>
    static async Task KeepsOutAsync(Stranger stranger, string? word = null)
    {
        const int outside = 3;
        using var network = new ClusterNetwork();
        using var database = await ClusterDatabase.StartAsync(network.Database);
        using var folder = new TempFolder("certificates");
        var (ours, theirs) = (new CertificateAuthority("ours", folder), new CertificateAuthority("theirs", folder));
        using var nodes = new ClusterNodes(network, (node, settings) =>
            node != outside ? ours.Equip(settings, node) : stranger switch
            {
                Stranger.OfAnotherAuthority => theirs.Equip(settings, node, theirs, ours),
                Stranger.OfAnotherCluster => theirs.Equip(settings, node),
                _ => settings,
            });

        var starting = Executable.Start(nodes.SettingsOf(outside).Arguments, network.Nodes[outside - 1]);
        try
        {
            await starting.WaitForLineAsync("Nodes that may be there", Patience, "the stranger to look for nodes");
            await Task.WhenAll(nodes.StartAsync(1), nodes.StartAsync(2));
            using var monitoring =
                new MonitoringClient(new IPEndPoint(ClusterNetwork.ServiceAddress(outside), 9067), network.Nodes[outside - 1]);
            var mayEnd = stranger == Stranger.OfAnotherAuthority; // Akka ends a node whose connections are refused so
            await Eventually.StaysAsync(() => mayEnd || !starting.HasExited, LongEnough, "the stranger tries");

            Assert.DoesNotContain(starting.Lines, line => line.Contains("leasequery is ready", StringComparison.Ordinal));
            if (!mayEnd)
            {
                var (status, text) = await monitoring.GetAsync("/readyz");
                Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
                Assert.Contains("no cluster is found yet", text);
            }

            foreach (var node in new[] { 1, 2 })
                await nodes.SaysAsync(node, report => report.GetProperty("members").GetArrayLength() == 2, "two members");
            Assert.False(nodes[1].Process.HasExited || nodes[2].Process.HasExited, "a stranger ended a node");
            if (word is not null)
                await Eventually.HoldsAsync(
                    () => nodes[1].Process.Lines.Concat(nodes[2].Process.Lines)
                        .Any(line => line.Contains(word, StringComparison.Ordinal)),
                    Patience, $"a member to log: {word}",
                    () => string.Join(Environment.NewLine, nodes[1].Process.Lines.Concat(nodes[2].Process.Lines).TakeLast(20)));
        }
        finally
        {
            starting.Dispose();
        }
    }
}
