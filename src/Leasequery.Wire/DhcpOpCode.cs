namespace Leasequery.Wire;

/// <summary>The op field: which way a message goes (RFC 2131 section 2).</summary>
public enum DhcpOpCode : byte
{
    /// <summary>From a client or requestor to a server.</summary>
    BootRequest = 1,

    /// <summary>From a server.</summary>
    BootReply = 2,
}
