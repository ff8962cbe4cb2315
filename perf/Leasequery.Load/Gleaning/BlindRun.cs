using Leasequery.Load.Sockets;
using Leasequery.Load.Traffic;

namespace Leasequery.Load.Gleaning;

/// <summary>
/// Sends a grant for each address to a server that tells nobody what it has stored: at the pace of the plan, and nothing twice.
/// </summary>
internal sealed class BlindRun(DatagramPort port, GleanPlan plan)
{
    private const long PatienceForRefusals = 10 * Nanoclock.PerMillisecond; // they come back from the network

    private readonly GrantSender _sender = new(port, plan);

    /// <summary>Runs round 0 or a renewal.</summary>
    /// <param name="round">The number of the round.</param>
    /// <param name="progress">Shown how many are sent, now and then.</param>
    /// <param name="cancellation">Ends the run.</param>
    public SentRound Run(int round, Action<long> progress, CancellationToken cancellation)
    {
        GrantSender.AwaitNewSecond();
        var (start, sentBefore, refusedBefore) = (Nanoclock.Now, _sender.Sent, port.Refused);
        _sender.Send(_sender.Addresses, round, () =>
        {
            cancellation.ThrowIfCancellationRequested();
            progress(_sender.Sent - sentBefore);
        });
        var seconds = (Nanoclock.Now - start) / (double)Nanoclock.PerSecond;
        port.Receive(PatienceForRefusals); // that nobody listens shows with the call behind
        return new SentRound(round, _sender.Sent - sentBefore, seconds, port.Refused - refusedBefore);
    }
}
