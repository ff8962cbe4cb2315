namespace Leasequery.Load.Overloading;

/// <summary>How a service is overloaded.</summary>
/// <param name="FullRate">Events a second that the store takes; null to find out.</param>
/// <param name="Probe">Renewals a second that are sent to find out: more than any store takes.</param>
/// <param name="Times">How many times the full rate is sent.</param>
/// <param name="Duration">For how long.</param>
/// <param name="Patience">How long the full rate is waited for afterwards.</param>
internal sealed record OverloadPlan(double? FullRate, double Probe, double Times, TimeSpan Duration, TimeSpan Patience);

/// <summary>What came of it.</summary>
/// <param name="FullRate">Events a second that the store takes.</param>
/// <param name="Seconds">How long it was overloaded.</param>
/// <param name="Sent">Renewals sent in that time.</param>
/// <param name="Counts">What the service counted in that time.</param>
/// <param name="MemoryBefore">Its memory before, in bytes; 0 where its process is not known.</param>
/// <param name="MemoryHalf">After half of the time.</param>
/// <param name="MemoryAfter">At the end of the time.</param>
/// <param name="RecoverySeconds">How long it took until the full rate was stored again; null when it did not come.</param>
/// <param name="RecoveryRate">What was stored a second then, or at last.</param>
internal sealed record OverloadResult(double FullRate, double Seconds, long Sent, Gleaning.ServiceCounts Counts,
    long MemoryBefore, long MemoryHalf, long MemoryAfter, double? RecoverySeconds, double RecoveryRate)
{
    /// <summary>
    /// Renewals that the service neither gleaned nor counted as dropped: its socket was full. The kernel counts a run of
    /// datagrams that came as one, as those of this generator do, as one loss.
    /// </summary>
    public long LostOnTheWay => Sent - Counts.Done;
}
