using Leasequery.Load.Asking;
using Leasequery.Load.Sockets;
using Leasequery.Load.Traffic;
using Leasequery.Load.Watching;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Load.Gleaning;

/// <summary>
/// Loads bindings into a service: sends a grant for each address, with a bound on what is in flight, and sees by the service's
/// metrics what has become of them. Where some were dropped on the way, it asks for all and sends what is missing again.
/// </summary>
internal sealed class GleanRun(DatagramPort port, ServiceWatch service, GleanPlan plan, ServerProcess? process = null)
{
    private const int MostTries = 10;
    private static readonly TimeSpan NoProgress = TimeSpan.FromSeconds(3); // longer than a slow disk takes for a transaction

    private readonly GrantSender _sender = new(port, plan);
    private readonly ServerProcess _self = ServerProcess.Find(Environment.ProcessId);

    private ServiceCounts _base;
    private long _sentBefore;
    private long _lost;

    /// <summary>Runs round 0 or a renewal.</summary>
    /// <param name="round">The number of the round: every address has one transaction in each.</param>
    /// <param name="progress">Shown how many are stored, now and then.</param>
    /// <param name="cancellation">Ends the run.</param>
    public GleanRound Run(int round, Action<long> progress, CancellationToken cancellation)
    {
        GrantSender.AwaitNewSecond();
        _base = service.Counts;
        (_sentBefore, _lost) = (_sender.Sent, 0);
        var startedAt = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var (serviceTime, ownTime) = (process?.ProcessorTime ?? 0, _self.ProcessorTime);
        var start = Nanoclock.Now;
        var lastEvent = start;
        var stored = 0L;
        void Watch()
        {
            cancellation.ThrowIfCancellationRequested();
            var now = (service.Counts - _base).Stored;
            lastEvent = now > stored ? Nanoclock.Now : lastEvent;
            stored = now;
            progress(stored);
        }

        var missing = _sender.Addresses.ToList();
        for (var tries = 0; missing.Count > 0 && tries < MostTries; tries++)
        {
            var lostBefore = _lost + (service.Counts - _base).Dropped;
            _sender.Send(missing, round, () => AwaitInFlight(plan.MaxInFlight, Watch));
            AwaitInFlight(0, Watch);
            var isAllThere = _lost + (service.Counts - _base).Dropped == lostBefore;
            missing = isAllThere ? [] : FindMissing(missing, startedAt, cancellation);
        }

        return new GleanRound(round, Sent, stored, (service.Counts - _base).Dropped, _lost, missing.Count,
            (lastEvent - start) / (double)Nanoclock.PerSecond, (process?.ProcessorTime ?? 0) - serviceTime,
            _self.ProcessorTime - ownTime);
    }

    private long Sent => _sender.Sent - _sentBefore;

    private long InFlight => Sent - _lost - (service.Counts - _base).Done;

    // What makes no progress for so long is not in flight any more: the kernel dropped it before the service saw it.
    private void AwaitInFlight(long most, Action watch)
    {
        var (done, since) = ((service.Counts - _base).Done, Nanoclock.Now);
        while (InFlight > most)
        {
            watch();
            var doneNow = (service.Counts - _base).Done;
            if (doneNow != done)
                (done, since) = (doneNow, Nanoclock.Now);
            else if (Nanoclock.Now - since > Nanoclock.Of(NoProgress))
                _lost += InFlight;
            Thread.Sleep(1);
        }

        watch();
    }

    private List<Ipv4Address> FindMissing(List<Ipv4Address> addresses, long startedAt, CancellationToken cancellation)
    {
        var judge = new RenewedSince(plan.Dialect, plan.Range, plan.Grant.LeaseSeconds, startedAt);
        var question = new QueryPlan(plan.Dialect, LeasequeryDialects.DefaultDraftQuery, Window: 64, Rate: null,
            Timeout: TimeSpan.FromSeconds(1), WarmUp: TimeSpan.Zero, Duration: TimeSpan.FromMinutes(5));
        new QueryLoop(port, question, new EachOnce(addresses), judge, []).Run(_ => { }, cancellation);
        return addresses.FindAll(address => !judge.HasArrived(address));
    }
}
