using System.Net;
using System.Net.Sockets;
using Leasequery.Actors.Settings;
using Leasequery.Wire;

namespace Leasequery.Actors.Membership;

/// <summary>
/// Finds the addresses behind leasequery.cluster.seeds: those that are written there, and all that the names stand for.
/// </summary>
internal static class SeedResolver
{
    /// <summary>All that can be found now, each once, in order. A name that cannot be resolved yet stands for none.</summary>
    public static async Task<IReadOnlyList<Ipv4Endpoint>> ResolveAsync(IEnumerable<SeedName> seeds, CancellationToken stop)
    {
        var found = await Task.WhenAll(seeds.Select(seed => ResolveAsync(seed, stop)));
        return [.. found.SelectMany(endpoints => endpoints).Distinct().Order(EndpointOrder.Instance)];
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

    private static async Task<IEnumerable<Ipv4Endpoint>> ResolveAsync(SeedName seed, CancellationToken stop) =>
        (await ResolveAsync(seed.Host, stop)).Select(address => new Ipv4Endpoint(address, seed.Port));
}
