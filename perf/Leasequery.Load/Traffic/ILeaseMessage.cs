using Leasequery.Wire;

namespace Leasequery.Load.Traffic;

/// <summary>A DHCP message about the lease of an address, as a relay would pass it on.</summary>
internal interface ILeaseMessage
{
    /// <summary>Writes the message and returns its length.</summary>
    /// <param name="message">Room for it.</param>
    /// <param name="address">The address that is leased.</param>
    /// <param name="transaction">xid; the same one again is a copy, another one is a renewal.</param>
    int Write(Span<byte> message, Ipv4Address address, uint transaction);
}
