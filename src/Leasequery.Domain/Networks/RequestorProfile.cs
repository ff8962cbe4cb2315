using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Domain.Networks;

/// <summary>Where answers to a requestor go.</summary>
public enum ReplyPort
{
    /// <summary>To UDP port 67 of giaddr, unless the query names its source port (N39, RFC 8357).</summary>
    Server,

    /// <summary>To the UDP port that the query came from, for gear that cannot say so.</summary>
    Source,

    /// <summary>To a port that the setting names.</summary>
    Fixed,
}

/// <summary>How a group of requestors speaks: access concentrators of one make, or of one region.</summary>
/// <param name="DraftDialect">The dialect in which a draft query is answered; RFC 4388 queries are known by their number.</param>
/// <param name="DraftQuery">The message type that this gear's draft query has.</param>
/// <param name="ReplyPort">Where its answers go.</param>
/// <param name="FixedReplyPort">The UDP port for <see cref="ReplyPort.Fixed"/>.</param>
public sealed record RequestorProfile(LeasequeryDialect DraftDialect, DhcpMessageType DraftQuery,
    ReplyPort ReplyPort = ReplyPort.Server, ushort FixedReplyPort = 0)
{
    /// <summary>Tells whether a BOOTREQUEST of this type is a query, and in which dialect it wants its answer.</summary>
    public bool TryGetDialect(DhcpMessageType type, out LeasequeryDialect dialect)
    {
        dialect = type == DhcpMessageType.LeaseQuery ? LeasequeryDialect.Rfc4388 : DraftDialect;
        return type == DhcpMessageType.LeaseQuery || type == DraftQuery;
    }

    /// <summary>Where the answer to a query goes: the address is always giaddr (N39).</summary>
    /// <param name="request">The query.</param>
    /// <param name="source">Where its datagram came from.</param>
    public Ipv4Endpoint ReplyTo(in LeasequeryRequest request, Ipv4Endpoint source) => new(request.RelayAddress, ReplyPort switch
    {
        ReplyPort.Fixed => FixedReplyPort,
        ReplyPort.Source => source.Port,
        _ => request.WantsSourcePort ? source.Port : Ipv4Endpoint.ServerPort,
    });
}
