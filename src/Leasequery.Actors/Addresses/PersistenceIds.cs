using Leasequery.Wire;

namespace Leasequery.Actors.Addresses;

/// <summary>
/// The names of addresses in the store: <c>address-0a000001</c>. Hex of fixed width, so that a block of addresses is a range of
/// names, which an index finds at once.
/// </summary>
public static class PersistenceIds
{
    private const string Prefix = "address-";

    /// <summary>The persistence id of an address.</summary>
    public static string Of(Ipv4Address address) => $"{Prefix}{AddressRouting.EntityId(address)}";

    /// <summary>The address of a persistence id; false when it is another actor's.</summary>
    public static bool TryRead(ReadOnlySpan<char> persistenceId, out Ipv4Address address)
    {
        address = default;
        return persistenceId.StartsWith(Prefix, StringComparison.Ordinal)
            && AddressRouting.TryReadEntityId(persistenceId[Prefix.Length..], out address);
    }
}
