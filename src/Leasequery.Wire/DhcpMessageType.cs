namespace Leasequery.Wire;

/// <summary>
/// Option 53. The numbers 10 to 18 mean different things by direction, transport and dialect, so the leasequery drafts have
/// their numbers in <see cref="Leasequeries.LeasequeryDialects"/>; the names here are the assigned ones.
/// </summary>
public enum DhcpMessageType : byte
{
    /// <summary>Not a DHCP message type; what a BOOTP packet has.</summary>
    None = 0,

    /// <summary>RFC 2132 section 9.6.</summary>
    Discover = 1,

    /// <summary>RFC 2132 section 9.6.</summary>
    Offer = 2,

    /// <summary>RFC 2132 section 9.6.</summary>
    Request = 3,

    /// <summary>RFC 2132 section 9.6.</summary>
    Decline = 4,

    /// <summary>RFC 2132 section 9.6; also the positive answer of leasequery draft 0.</summary>
    Ack = 5,

    /// <summary>RFC 2132 section 9.6; also the negative answer of leasequery draft 0.</summary>
    Nak = 6,

    /// <summary>RFC 2132 section 9.6.</summary>
    Release = 7,

    /// <summary>RFC 2132 section 9.6.</summary>
    Inform = 8,

    /// <summary>RFC 3203 section 4.</summary>
    ForceRenew = 9,

    /// <summary>RFC 4388 section 6.1.</summary>
    LeaseQuery = 10,

    /// <summary>RFC 4388 section 6.1: managed, no active lease.</summary>
    LeaseUnassigned = 11,

    /// <summary>RFC 4388 section 6.1: not managed.</summary>
    LeaseUnknown = 12,

    /// <summary>RFC 4388 section 6.1: an active lease. In a BOOTREQUEST, 13 is the query of the drafts.</summary>
    LeaseActive = 13,

    /// <summary>RFC 6926 section 6.2.1. In a UDP BOOTREPLY, 14 is KNOWN of the drafts 2 to 9.</summary>
    BulkLeaseQuery = 14,

    /// <summary>RFC 6926 section 6.2.1. In a UDP BOOTREPLY, 15 is UNKNOWN of the drafts 2 to 9.</summary>
    LeaseQueryDone = 15,

    /// <summary>RFC 7724 section 5.2.1. In a UDP BOOTREPLY, 16 is ACTIVE of the drafts 4 to 9.</summary>
    ActiveLeaseQuery = 16,

    /// <summary>RFC 7724 section 5.2.1. In a UDP BOOTREPLY, 17 is UNIMPLEMENTED of the drafts 4 to 9.</summary>
    LeaseQueryStatus = 17,

    /// <summary>RFC 7724 section 5.2.1.</summary>
    Tls = 18,
}
