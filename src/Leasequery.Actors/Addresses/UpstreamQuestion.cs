using System.Collections.Immutable;
using Leasequery.Domain.Bindings;
using Leasequery.Domain.Upstream;

namespace Leasequery.Actors.Addresses;

/// <summary>What the DHCP servers have said so far to one question.</summary>
internal sealed class UpstreamQuestion
{
    private int _open;

    /// <summary>Who was asked. Never changes: it goes out in messages.</summary>
    public ImmutableHashSet<string> Servers { get; private set; } = [];

    /// <summary>
    /// The sum of what was said, leases aside: that somebody manages the address counts most; then that somebody was not
    /// asked or did not answer, who might know; last that nobody manages it.
    /// </summary>
    public ServerVerdict Verdict { get; private set; } = ServerVerdict.NotManaged;

    /// <summary>A lease was told: what is still to be said can only be of a more recent one.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>
    /// The device that had the last lease, by the server that heard of it last, or says it first; null while none says so.
    /// </summary>
    public LeaseReported? Former { get; private set; }

    /// <summary>A server told of a lease.</summary>
    public void Settle() => IsSettled = true;

    /// <summary>These are being asked; false when there is nobody left to ask.</summary>
    public bool Asked(IReadOnlyList<string> servers)
    {
        Servers = Servers.Union(servers);
        _open += servers.Count;
        return _open > 0;
    }

    /// <summary>
    /// A server said something, and perhaps who had the last lease; true when it was the last of those being asked.
    /// </summary>
    public bool Said(ServerVerdict verdict, LeaseReported? former)
    {
        if (former is not null && (Former is null || Age(former) < Age(Former)))
            Former = former;
        if (Weight(verdict) > Weight(Verdict))
            Verdict = verdict;
        return --_open == 0;
    }

    private static uint Age(LeaseReported lease) => lease.LastTransactionSeconds ?? uint.MaxValue;

    private static int Weight(ServerVerdict verdict) => verdict switch
    {
        ServerVerdict.NoLease => 3,
        ServerVerdict.Busy => 2,
        ServerVerdict.Silent => 1,
        _ => 0,
    };
}
