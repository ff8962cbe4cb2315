namespace Leasequery.Wire;

/// <summary>The option codes that this code looks at or people ask for; any byte is a valid code.</summary>
public enum DhcpOption : byte
{
    /// <summary>RFC 2132 section 3.1: one byte, no length.</summary>
    Pad = 0,

    /// <summary>RFC 2132 section 3.3.</summary>
    SubnetMask = 1,

    /// <summary>RFC 2132 section 3.5.</summary>
    Router = 3,

    /// <summary>RFC 2132 section 3.8.</summary>
    DomainNameServer = 6,

    /// <summary>RFC 2132 section 3.14.</summary>
    HostName = 12,

    /// <summary>RFC 2132 section 9.1: the address that a client asks for, or declines.</summary>
    RequestedAddress = 50,

    /// <summary>RFC 2132 section 9.2: seconds.</summary>
    LeaseTime = 51,

    /// <summary>RFC 2132 section 9.3: options go on in the boot file field, the server name field, or both.</summary>
    Overload = 52,

    /// <summary>RFC 2132 section 9.6.</summary>
    MessageType = 53,

    /// <summary>RFC 2132 section 9.7.</summary>
    ServerIdentifier = 54,

    /// <summary>RFC 2132 section 9.8.</summary>
    ParameterRequestList = 55,

    /// <summary>RFC 2132 section 9.11: T1, seconds.</summary>
    RenewalTime = 58,

    /// <summary>RFC 2132 section 9.12: T2, seconds.</summary>
    RebindingTime = 59,

    /// <summary>RFC 2132 section 9.13.</summary>
    VendorClass = 60,

    /// <summary>RFC 2132 section 9.14.</summary>
    ClientIdentifier = 61,

    /// <summary>RFC 3046.</summary>
    RelayAgentInformation = 82,

    /// <summary>RFC 4388 section 6.1: seconds since the client's last transaction.</summary>
    ClientLastTransactionTime = 91,

    /// <summary>RFC 4388 section 6.1: the other addresses of the client.</summary>
    AssociatedIp = 92,

    /// <summary>RFC 2132 section 3.2: one byte, no length.</summary>
    End = 255,
}
