using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Domain.Networks;

/// <summary>
/// A device that the operator vouches for: a static address, or one that does not speak DHCP (N24). The configuration decides
/// what is said of its address; what is gleaned there is not kept.
/// </summary>
/// <param name="Address">Its address.</param>
/// <param name="Device">Its hardware address.</param>
/// <param name="RelayAgentInformation">Where it is, in the form that the requestor understands (N35).</param>
/// <param name="IsLeasedForever">
/// True to answer with an infinite lease time: for requestors that take an answer without option 51 as "nobody there" (N42).
/// False, the default, keeps to N28: it has no lease.
/// </param>
public sealed record StaticDevice(Ipv4Address Address, HardwareAddress Device, OctetString RelayAgentInformation,
    bool IsLeasedForever)
{
    /// <summary>The answer for its address.</summary>
    public LeasequeryAnswer Answer() => new()
    {
        Outcome = LeasequeryOutcome.Configured,
        Device = Device,
        ExpiresAt = IsLeasedForever ? LeasequeryAnswer.Never : 0,
        RelayAgentInformation = RelayAgentInformation.Span,
    };
}
