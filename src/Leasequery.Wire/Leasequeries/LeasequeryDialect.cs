namespace Leasequery.Wire.Leasequeries;

/// <summary>The dialects of leasequery that gear in the field speaks; the README has their numbers side by side.</summary>
public enum LeasequeryDialect : byte
{
    /// <summary>draft-ietf-dhc-leasequery-00 and -01: ACK and NAK answer.</summary>
    Draft0,

    /// <summary>draft-02 and -03: KNOWN 14 and UNKNOWN 15.</summary>
    Draft2,

    /// <summary>draft-04 to -09: KNOWN 14, UNKNOWN 15, ACTIVE 16, UNIMPLEMENTED 17.</summary>
    Draft4,

    /// <summary>RFC 4388: query 10; UNASSIGNED 11, UNKNOWN 12, ACTIVE 13.</summary>
    Rfc4388,
}
