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
internal sealed record QueryPlan(LeasequeryDialect Dialect, DhcpMessageType DraftQuery, int Window, double? Rate,
    TimeSpan Timeout, TimeSpan WarmUp, TimeSpan Duration, bool EndsAtFirstRight = false);
