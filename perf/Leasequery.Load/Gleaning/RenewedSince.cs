using System.Collections;
using Leasequery.Load.Asking;
using Leasequery.Load.Traffic;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Load.Gleaning;

/// <summary>
/// Finds out by asking which bindings have arrived: the end of the lease tells when it was granted or renewed. The clocks of both
/// sides have to agree, as they do on one machine.
/// </summary>
/// <param name="dialect">The dialect of the queries.</param>
/// <param name="range">The addresses.</param>
/// <param name="leaseSeconds">The lease time of every grant.</param>
/// <param name="since">Unix seconds; what was granted earlier has not arrived.</param>
internal sealed class RenewedSince(LeasequeryDialect dialect, AddressRange range, uint leaseSeconds, long since)
    : ReplyJudge(dialect, knowsBindings: true)
{
    private readonly BitArray _hasArrived = new(range.Count);

    /// <summary>True when the store has the grant.</summary>
    public bool HasArrived(Ipv4Address address) => _hasArrived[range.IndexOf(address)];

    /// <inheritdoc/>
    protected override void OnRight(Ipv4Address asked, LeasequeryReplyView reply)
    {
        var grantedAt = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + (reply.RemainingTime ?? 0) - leaseSeconds;
        _hasArrived[range.IndexOf(asked)] = grantedAt >= since;
    }
}
