using System.Net;
using Leasequery.EndToEnd.Tests.Peers;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Service;

namespace Leasequery.EndToEnd.Tests.Cluster;

/// <summary>Who is no node of ours does not get in.</summary>
public sealed class TlsSpec(StrangersAtTheDoor door) : IClassFixture<StrangersAtTheDoor>
{
    /// <summary>The words of the side that was connected to: nobody else looks at who connects.</summary>
    [PeerFact]
    public async Task a_node_with_a_certificate_of_another_authority_is_refused_by_those_it_connects_to()
    {
        await door.IsKeptOutAsync(Stranger.OfAnotherAuthority);
        await door.AMemberLogsAsync($"CN=node {(int)Stranger.OfAnotherAuthority} is not issued by the authority of the cluster");
    }

    /// <summary>The words of the side that connects.</summary>
    [PeerFact]
    public async Task a_node_of_another_cluster_is_not_spoken_to()
    {
        await door.IsKeptOutAsync(Stranger.OfAnotherCluster);
        await door.AMemberLogsAsync(
            $"{ClusterNetwork.ClusterAddress((int)Stranger.OfAnotherCluster)}:7450 is no node of ours: it shows no certificate");
    }

    [PeerFact]
    public async Task a_node_without_a_certificate_cannot_join() => await door.IsKeptOutAsync(Stranger.InTheClear);

    /// <summary>
    /// Three clients of the port that nodes talk on, none of which asks who answers there. A client is through with its part
    /// of TLS 1.3 before it is judged, so what counts is whether it may stay: the right one still waits for a word when the
    /// two others are gone.
    /// </summary>
    [PeerFact]
    public async Task a_client_without_a_certificate_of_ours_is_sent_away_and_one_with_it_stays()
    {
        using var folder = new TempFolder("certificates");
        var theirs = new CertificateAuthority("theirs", folder);
        var endpoint = new IPEndPoint(ClusterNetwork.ClusterAddress(1), 7450);
        var machine = door.Network.Nodes[1];
        using var client = new ClusterPortClient(machine, endpoint, door.Ours.Issue(2));
        using var bare = new ClusterPortClient(machine, endpoint, certificate: null);
        using var foreign = new ClusterPortClient(machine, endpoint, theirs.Issue(2));

        var isSentAway = client.IsSentAwayAsync();
        await Eventually.HoldsAsync(() => client.HasShakenHands, Deadlines.Answer, "a handshake with the right certificate");
        await Task.WhenAll(bare.IsSentAwayAsync(), foreign.IsSentAwayAsync()).WaitAsync(Deadlines.Answer);

        Assert.False(isSentAway.IsCompleted, "the node sends away whoever comes");
        Assert.False(door.Nodes[1].Process.HasExited, "a client ended a node");
    }

    [PeerFact]
    public async Task a_certificate_that_no_other_node_would_take_is_refused_at_the_start()
    {
        using var folder = new TempFolder("certificates");
        var (ours, theirs) = (new CertificateAuthority("ours", folder), new CertificateAuthority("theirs", folder));
        const int node = 3;
        var settings = theirs.Equip(door.Nodes.SettingsOf(node), node, ours);

        var finished = await Executable.RunAsync(settings.Arguments, door.Network.Nodes[node - 1]);

        Assert.Equal(78, finished.ExitCode);
        Assert.Contains("leasequery.cluster.tls.certificate", Assert.Single(finished.Errors));
    }
}
