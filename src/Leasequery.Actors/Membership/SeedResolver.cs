using System.Net;
using System.Net.Sockets;
using Leasequery.Actors.Settings;
using Leasequery.Wire;

namespace Leasequery.Actors.Membership;

/// <summary>What the names of seeds stand for now.</summary>
/// <param name="Nodes">Where nodes may be, each once, in order.</param>
/// <param name="Unknown">Names that cannot be resolved yet.</param>
internal sealed record SeedsFound(IReadOnlyList<Ipv4Endpoint> Nodes, IReadOnlyList<SeedName> Unknown)
{
    /// <summary>Before any name was looked up.</summary>
    public static SeedsFound None { get; } = new([], []);

    /// <summary>
    /// How many nodes there are to be: as many as the settings say, or as the seeds stand for. Behind a name that is not known
    /// yet is a node at least. A node that starts when the names of the others are not known yet, because the machine that knows
    /// them starts too, would otherwise be more than half of all alone.
    /// </summary>
    public int NodesToBe(int set) => set > 0 ? set : Nodes.Count + Unknown.Count;

    /// <summary>
    /// Whether these are more than half of all nodes. Where all are as many as the seeds stand for, only seeds are counted:
    /// others would be counted among fewer than they are, and two parts of the cluster could both have more than half.
    /// </summary>
    public bool AreMoreThanHalf(IEnumerable<Ipv4Endpoint> nodes, int set) =>
        nodes.Count(node => set > 0 || Nodes.Contains(node)) * 2 > NodesToBe(set);

    /// <summary>
    /// Whether a node may form the cluster: who is no seed would not be found. A stranger may be a seed as long as a name is not
    /// known.
    /// </summary>
    public bool MayInclude(Ipv4Endpoint node) => Unknown.Count > 0 || Nodes.Contains(node);

    /// <summary>For the log.</summary>
    public override string ToString() => Unknown.Count == 0
        ? string.Join(", ", Nodes)
        : $"{string.Join(", ", Nodes)}; not known yet: {string.Join(", ", Unknown)}";
}

/// <summary>
/// Finds the addresses behind leasequery.cluster.seeds: those that are written there, and all that the names stand for.
/// </summary>
internal static class SeedResolver
{
    /// <summary>All that can be found now.</summary>
    public static async Task<SeedsFound> ResolveAsync(IReadOnlyList<SeedName> seeds, CancellationToken stop)
    {
        var found = await Task.WhenAll(seeds.Select(seed => ResolveAsync(seed, stop)));
        return new SeedsFound(
            [.. found.SelectMany(endpoints => endpoints).Distinct().Order(EndpointOrder.Instance)],
            [.. seeds.Where((_, index) => found[index].Length == 0).Distinct()]);
    }

    /// <summary>The addresses of one name.</summary>
    public static async Task<IReadOnlyList<Ipv4Address>> ResolveAsync(string host, CancellationToken stop)
    {
        if (Ipv4Address.TryParse(host, out var written))
            return [written];
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host, AddressFamily.InterNetwork, stop);
            return [.. addresses.Select(address => Ipv4Address.Read(address.GetAddressBytes()))];
        }
        catch (SocketException)
        {
            return []; // not there yet: the name of a stateful set's pod comes with the pod
        }
    }

    private static async Task<Ipv4Endpoint[]> ResolveAsync(SeedName seed, CancellationToken stop) =>
        [.. (await ResolveAsync(seed.Host, stop)).Select(address => new Ipv4Endpoint(address, seed.Port))];
}
