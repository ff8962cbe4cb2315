namespace Leasequery.Wire.Leasequeries;

/// <summary>
/// What is known of an address, ready to be written as a reply. Times are absolute, so that an answer can be kept as it is:
/// what remains is computed when the reply is written.
/// </summary>
public ref struct LeasequeryAnswer
{
    /// <summary>An end that never comes: an infinite lease (RFC 2131 section 3.3).</summary>
    public const uint Never = uint.MaxValue;

    /// <summary>What there is to say.</summary>
    public LeasequeryOutcome Outcome;

    /// <summary>The lease owner, or the most recent device (N31, N33); none when there never was one (N32).</summary>
    public HardwareAddress Device;

    /// <summary>End of the lease in Unix seconds; <see cref="Never"/> for an infinite one; 0 where there is none.</summary>
    public uint ExpiresAt;

    /// <summary>T1 in Unix seconds; 0 when unknown.</summary>
    public uint RenewsAt;

    /// <summary>T2 in Unix seconds; 0 when unknown.</summary>
    public uint RebindsAt;

    /// <summary>The client's last transaction in Unix seconds; 0 when unknown.</summary>
    public uint LastTransactionAt;

    /// <summary>The value of option 61 of the device; empty when none was seen.</summary>
    public ReadOnlySpan<byte> ClientIdentifier;

    /// <summary>Other options of the binding as they go on the wire: code, length, value, one after the other.</summary>
    public ReadOnlySpan<byte> Options;

    /// <summary>The value of option 82, byte for byte (N34); empty when there is none.</summary>
    public ReadOnlySpan<byte> RelayAgentInformation;
}
