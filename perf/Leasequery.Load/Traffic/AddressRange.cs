using Leasequery.Wire;

namespace Leasequery.Load.Traffic;

/// <summary>The first addresses of a prefix.</summary>
/// <param name="First">The first one.</param>
/// <param name="Count">How many.</param>
internal readonly record struct AddressRange(Ipv4Address First, int Count)
{
    /// <summary>An address by its number.</summary>
    public Ipv4Address this[int index] => new(First.Value + (uint)index);

    /// <summary>The number of an address that lies inside.</summary>
    public int IndexOf(Ipv4Address address) => (int)(address.Value - First.Value);
}
