using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Load.Asking;

/// <summary>How to ask.</summary>
/// <param name="Dialect">The dialect.</param>
/// <param name="DraftQuery">The message type of a query in the drafts' dialects.</param>
/// <param name="Window">How many queries may wait for answers.</param>
/// <param name="Rate">Queries a second; null to send whenever the window has room.</param>
/// <param name="Timeout">When a query counts as lost.</param>
/// <param name="WarmUp">Asked before anything counts.</param>
/// <param name="Duration">How long it counts; ends earlier when there are no more addresses.</param>
/// <param name="EndsAtFirstRight">Ends with the first right answer.</param>
/// <param name="Burst">How many go out together: nothing is sent before the window has room for so many, or so many are
/// due.</param>
internal sealed record QueryPlan(LeasequeryDialect Dialect, DhcpMessageType DraftQuery, int Window, double? Rate,
    TimeSpan Timeout, TimeSpan WarmUp, TimeSpan Duration, bool EndsAtFirstRight = false, int Burst = 1)
{
    private static readonly OptionSet Parameters = OptionSet.Of(DhcpOption.LeaseTime, DhcpOption.RenewalTime,
        DhcpOption.RebindingTime, DhcpOption.RelayAgentInformation);

    /// <summary>The share of one of several sockets that ask at the same time.</summary>
    public QueryPlan Share(int sockets) =>
        this with { Window = Math.Max(Window / sockets, Burst), Rate = Rate / sockets };

    /// <summary>The query that a socket sends; address and transaction id are each one's own.</summary>
    public QueryTemplate Query(Ipv4Endpoint from) => new(new LeasequeryRequest(default, from.Address, 0, 0,
        Dialect.QueryType(DraftQuery), HasParameterList: true, Parameters,
        WantsSourcePort: from.Port != Ipv4Endpoint.ServerPort));
}
