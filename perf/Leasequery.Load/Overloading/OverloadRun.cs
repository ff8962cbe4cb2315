using Leasequery.Load.Gleaning;
using Leasequery.Load.Sockets;
using Leasequery.Load.Traffic;
using Leasequery.Load.Watching;

namespace Leasequery.Load.Overloading;

/// <summary>
/// Sends renewals at several times the rate that the store takes, whatever comes of them, then at exactly that rate, and watches
/// by the service's metrics how long it is until they are stored as fast as they come.
/// </summary>
internal sealed class OverloadRun(DatagramPort port, IServiceCounts service, ServerProcess? process, OverloadPlan plan,
    ILeaseMessage message, AddressRange range)
{
    /// <summary>The share of the full rate that counts as the full rate: counts are a moment old.</summary>
    public const double Share = 0.9;

    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ProbeWarmUp = TimeSpan.FromSeconds(3); // actors start, code is compiled
    private static readonly TimeSpan Window = ServiceWatch.Age * 1.25; // over which a rate is taken; shorter ones say nothing

    /// <summary>Runs it.</summary>
    /// <param name="progress">Shown how it goes.</param>
    /// <param name="cancellation">Ends the run.</param>
    public OverloadResult Run(Action<string> progress, CancellationToken cancellation)
    {
        var fullRate = plan.FullRate ?? FindFullRate(progress, cancellation);
        var (memory, before) = (process?.Memory ?? 0, service.Counts);
        var start = Nanoclock.Now;
        progress($"{plan.Times:0.#} times {fullRate:N0}/s");
        var sent = Send(fullRate * plan.Times, plan.Duration / 2, cancellation);
        var half = process?.Memory ?? 0;
        sent += Send(fullRate * plan.Times, plan.Duration / 2, cancellation);
        var seconds = (Nanoclock.Now - start) / (double)Nanoclock.PerSecond;
        var (after, counts) = (process?.Memory ?? 0, service.Counts - before);

        progress("until the full rate is back");
        var end = Nanoclock.Now;
        var back = default(double?);
        var rate = 0.0;
        Send(fullRate, plan.Patience, cancellation, (counts, seconds) =>
        {
            rate = counts.Stored / seconds;
            // What waited is stored too: that alone would say nothing of what comes.
            var isBack = rate >= Share * fullRate && counts.Dropped / seconds <= (1 - Share) * fullRate;
            back = isBack ? (Nanoclock.Now - end) / (double)Nanoclock.PerSecond : null;
            return isBack;
        });
        return new OverloadResult(fullRate, seconds, sent, counts, memory, half, after, back, rate);
    }

    private double FindFullRate(Action<string> progress, CancellationToken cancellation)
    {
        progress("what the store takes");
        Send(plan.Probe, ProbeWarmUp, cancellation);
        var (start, before) = (Nanoclock.Now, service.Counts.Stored);
        Send(plan.Probe, ProbeTime, cancellation);
        return (service.Counts.Stored - before) * (double)Nanoclock.PerSecond / (Nanoclock.Now - start);
    }

    // Sends at an even rate: all that is due in the time, be this thread late or not. Once a window, shows what the service
    // counted in it and how many seconds it was, and ends when that is enough.
    private long Send(double rate, TimeSpan time, CancellationToken cancellation,
        Func<ServiceCounts, double, bool>? isEnough = null)
    {
        var start = Nanoclock.Now;
        var end = start + Nanoclock.Of(time);
        var stream = new GrantStream(message, AddressPattern.Create("scan", range, 0), new Pace(rate, start));
        var (windowStart, before) = (start, service.Counts);
        for (var now = start; ; now = Math.Min(Nanoclock.Now, end))
        {
            cancellation.ThrowIfCancellationRequested();
            do
            {
                stream.SendDue(port, now);
                port.Flush();
            }
            while (stream.NextAt <= now);

            if (now - windowStart >= Nanoclock.Of(Window))
            {
                var (readAt, counts) = (Nanoclock.Now, service.Counts);
                if (isEnough?.Invoke(counts - before, (readAt - windowStart) / (double)Nanoclock.PerSecond) ?? false)
                    break;
                (windowStart, before) = (readAt, counts);
            }

            if (now == end)
                break;
            Thread.Sleep(TimeSpan.FromMilliseconds(1));
        }

        return stream.Sent;
    }
}
