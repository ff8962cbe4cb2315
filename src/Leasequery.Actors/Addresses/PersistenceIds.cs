using Leasequery.Wire;

namespace Leasequery.Actors.Addresses;

/// <summary>
/// The names of addresses in the store: <c>address-0a000001</c>. Hex of fixed width, so that a block of addresses is a range of
/// names, which an index finds at once.
/// </summary>
public static class PersistenceIds
{
    /// <summary>The persistence id of an address.</summary>
    public static string Of(Ipv4Address address) => $"address-{AddressRouting.EntityId(address)}";
}
