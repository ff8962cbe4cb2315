using System.Globalization;
using Leasequery.Wire;

namespace Leasequery.Actors.Locations;

/// <summary>
/// Which shard an address belongs to. Sixteen neighbouring /24 blocks (a /20) stay together, so that a shard is read from the
/// store in few ranges and subscribers of one access network land on one node; the /20s are spread by a hash.
/// </summary>
public sealed class ShardMap
{
    /// <summary>The length of the prefixes that are never split over shards.</summary>
    public const int StripeLength = 20;

    private readonly string[] _names;

    /// <summary>Builds the map.</summary>
    /// <param name="count">How many shards there are; the same on all nodes.</param>
    public ShardMap(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _names = [.. Enumerable.Range(0, count).Select(shard => shard.ToString(CultureInfo.InvariantCulture))];
    }

    /// <summary>How many shards there are.</summary>
    public int Count => _names.Length;

    /// <summary>The shard of an address, 0 to <see cref="Count"/> - 1.</summary>
    public int ShardOf(Ipv4Address address)
    {
        // Multiplicative hashing, then the upper half scaled to the range: no division on the read path.
        var hash = (address.Value >> 32 - StripeLength) * 0x9E3779B1u;
        return (int)((ulong)hash * (uint)_names.Length >> 32);
    }

    /// <summary>The shard's name in Akka: its number.</summary>
    public string Name(int shard) => _names[shard];

    /// <summary>The parts of these prefixes that belong to a shard, neighbours joined, ascending.</summary>
    public IEnumerable<(Ipv4Address First, Ipv4Address Last)> RangesOf(int shard, IEnumerable<Ipv4Prefix> prefixes)
    {
        const uint stripe = 1u << 32 - StripeLength;
        (Ipv4Address First, Ipv4Address Last)? open = null;
        foreach (var prefix in prefixes)
        {
            // 64 bits, so that the last stripe of the address space does not wrap around.
            for (ulong start = prefix.First.Value; start <= prefix.Last.Value; start = (start / stripe + 1) * stripe)
            {
                var first = new Ipv4Address((uint)start);
                if (ShardOf(first) != shard)
                    continue;
                var last = new Ipv4Address((uint)Math.Min((start / stripe + 1) * stripe - 1, prefix.Last.Value));
                if (open is { } range && (ulong)range.Last.Value + 1 == start)
                {
                    open = (range.First, last);
                    continue;
                }

                if (open is { } complete)
                    yield return complete;
                open = (first, last);
            }
        }

        if (open is { } rest)
            yield return rest;
    }
}
