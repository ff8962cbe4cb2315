namespace Leasequery.Wire;

/// <summary>The sub-options of option 82 that have a name here; any byte is a valid code.</summary>
public enum RelaySubOption : byte
{
    /// <summary>RFC 3046 section 3.1: the port or circuit that the request came in by.</summary>
    CircuitId = 1,

    /// <summary>RFC 3046 section 3.2: the modem or host at the far end of the circuit.</summary>
    RemoteId = 2,

    /// <summary>RFC 3527 section 3: the subnet that the subscriber is on.</summary>
    LinkSelection = 5,

    /// <summary>RFC 3993 section 2.</summary>
    SubscriberId = 6,

    /// <summary>RFC 4243 section 4.</summary>
    VendorSpecific = 9,

    /// <summary>RFC 5107 section 4: the server identifier that the relay wants in replies.</summary>
    ServerIdentifierOverride = 11,

    /// <summary>RFC 6925 section 4.</summary>
    RelayAgentIdentifier = 12,

    /// <summary>RFC 8357 section 4.1: empty; replies go to the UDP port that the message came from.</summary>
    RelaySourcePort = 19,

    /// <summary>RFC 6607 section 3.2: the virtual subnet (VPN) of the subscriber.</summary>
    VirtualSubnetSelection = 151,
}
