using Leasequery.Wire;

namespace Leasequery.Domain.Networks;

/// <summary>The prefixes that the service manages: a query about an address outside them is not ours to answer (N25).</summary>
public sealed class ManagedNetworks
{
    private readonly PrefixTable<object> _table;

    /// <summary>Builds the set.</summary>
    /// <exception cref="ArgumentException">Two prefixes overlap: a network is managed once.</exception>
    public ManagedNetworks(IEnumerable<Ipv4Prefix> prefixes)
    {
        Prefixes = [.. prefixes.Order()];
        foreach (var (lower, upper) in Prefixes.Zip(Prefixes.Skip(1)))
            if (lower.Overlaps(upper))
                throw new ArgumentException($"{upper} lies inside {lower}");
        _table = new PrefixTable<object>(Prefixes.Select(prefix => (prefix, (object)prefix)));
    }

    /// <summary>The prefixes, ascending, apart from each other.</summary>
    public IReadOnlyList<Ipv4Prefix> Prefixes { get; }

    /// <summary>True when the address is ours.</summary>
    public bool Contains(Ipv4Address address) => _table.Find(address) is not null;
}
