namespace Leasequery.Wire.Leasequeries;

/// <summary>What there is to say about an address, whatever the dialect calls it.</summary>
public enum LeasequeryOutcome : byte
{
    /// <summary>Somebody holds a lease on it now.</summary>
    Leased,

    /// <summary>Configured for a device that does not use DHCP: definitive, but no lease (N24, N35).</summary>
    Configured,

    /// <summary>Managed, and nobody holds a lease on it.</summary>
    Unleased,

    /// <summary>Not ours to speak of (N25).</summary>
    Unmanaged,
}
