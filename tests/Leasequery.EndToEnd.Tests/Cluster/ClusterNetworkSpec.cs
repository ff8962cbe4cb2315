using System.Net;
using Leasequery.EndToEnd.Tests.Peers;
using Leasequery.EndToEnd.Tests.Peers.Machine;

namespace Leasequery.EndToEnd.Tests.Cluster;

/// <summary>Cuts cut what they say and nothing else; otherwise a cluster would outlive less than it seems.</summary>
public sealed class ClusterNetworkSpec
{
    const int Port = 1067;

    static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(300);

    [PeerFact]
    public async Task a_node_is_cut_off_from_the_others_or_from_the_database_too_and_mended()
    {
        using var network = new ClusterNetwork();
        using var node = new NamespaceSocket(network.Nodes[0], new IPEndPoint(IPAddress.Any, Port));
        using var other = new NamespaceSocket(network.Nodes[1], new IPEndPoint(ClusterNetwork.ClusterAddress(2), Port));
        using var database = new NamespaceSocket(network.Database, new IPEndPoint(ClusterNetwork.DatabaseAddress, Port));
        using var relay = new NamespaceSocket(network.Relays, new IPEndPoint(ClusterNetwork.RelayAddresses[0], Port));

        await ReachesAsync("other database relay");
        network.Cut(1);
        await ReachesAsync("database relay");
        network.Mend(1);
        await ReachesAsync("other database relay");
        network.CutFromAll(1);
        await ReachesAsync("relay");
        network.Mend(1);
        await ReachesAsync("other database relay");

        async Task ReachesAsync(string expected)
        {
            var last = "";
            await Eventually.GivesAsync(
                async () =>
                {
                    var reached = new List<string>();
                    foreach (var (name, place) in new[] { ("other", other), ("database", database), ("relay", relay) })
                        if (await IsHeardAsync(place))
                            reached.Add(name);
                    last = string.Join(' ', reached);
                    return last == expected ? last : null;
                },
                Deadlines.Program, $"a node to reach: {expected}", () => $"it reaches: {last}");
        }

        async Task<bool> IsHeardAsync(NamespaceSocket place)
        {
            node.Send([1], place.Local);
            try
            {
                await place.ReceiveAsync(Silence, "a datagram of the node");
                return true;
            }
            catch (TimeoutException)
            {
                return false;
            }
        }
    }
}
