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

    public enum Stranger
    {
        /// <summary>Its certificate is of another authority, though it would trust ours.</summary>
        OfAnotherAuthority,

        /// <summary>It has none and talks in the clear.</summary>
        InTheClear,
    }

    [PeerFact]
    public async Task a_node_with_a_certificate_of_another_authority_cannot_join() =>
        await KeepsOutAsync(Stranger.OfAnotherAuthority);

    [PeerFact]
    public async Task a_node_without_a_certificate_cannot_join() => await KeepsOutAsync(Stranger.InTheClear);

    [PeerFact]
    public async Task a_certificate_that_no_other_node_would_take_is_refused_at_the_start()
    {
        using var network = new ClusterNetwork();
        using var folder = new TempFolder("certificates");
        var (ours, theirs) = (new CertificateAuthority("ours", folder), new CertificateAuthority("theirs", folder));
        using var nodes = new ClusterNodes(network, (node, settings) => theirs.Equip(settings, node, trusted: ours));

        var finished = await Executable.RunAsync(nodes.SettingsOf(1).Arguments, network.Nodes[0]);

        Assert.Equal(78, finished.ExitCode);
        Assert.Contains("leasequery.cluster.tls.certificate", Assert.Single(finished.Errors));
    }

    static async Task KeepsOutAsync(Stranger stranger)
    {
        const int outside = 3;
        using var network = new ClusterNetwork();
        using var database = await ClusterDatabase.StartAsync(network.Database);
        using var folder = new TempFolder("certificates");
        var (ours, theirs) = (new CertificateAuthority("ours", folder), new CertificateAuthority("theirs", folder));
        using var nodes = new ClusterNodes(network, (node, settings) =>
            node != outside ? ours.Equip(settings, node)
            : stranger == Stranger.InTheClear ? settings
            : theirs.Equip(settings, node));

        var starting = Executable.Start(nodes.SettingsOf(outside).Arguments, network.Nodes[outside - 1]);
        try
        {
            await Task.WhenAll(nodes.StartAsync(1), nodes.StartAsync(2));
            using var monitoring =
                new MonitoringClient(new IPEndPoint(ClusterNetwork.ServiceAddress(outside), 9067), network.Nodes[outside - 1]);
            await Eventually.StaysAsync(() => !starting.HasExited, LongEnough, "the stranger tries");

            var (status, text) = await monitoring.GetAsync("/readyz");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
            Assert.Contains("no cluster is found yet", text);
            foreach (var node in new[] { 1, 2 })
                await nodes.SaysAsync(node, report => report.GetProperty("members").GetArrayLength() == 2, "two members");
            Assert.False(nodes[1].Process.HasExited || nodes[2].Process.HasExited, "a stranger ended a node");
            if (stranger == Stranger.OfAnotherAuthority)
                await Eventually.HoldsAsync(
                    () => nodes[1].Process.Lines.Concat(nodes[2].Process.Lines)
                        .Any(line => line.Contains("is no node of ours", StringComparison.Ordinal)),
                    Patience, "a word in the log about the stranger");
        }
        finally
        {
            starting.Dispose();
        }
    }
}
