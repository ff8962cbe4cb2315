using Leasequery.Load.Sockets;
using Leasequery.Load.Traffic;
using Leasequery.Wire;

namespace Leasequery.Load.Asking;

/// <summary>
/// Asks a server and judges what it says, on one thread: fills the window or follows the pace, sends a batch, takes a batch.
/// </summary>
/// <param name="port">The socket.</param>
/// <param name="plan">How to ask.</param>
/// <param name="addresses">What to ask.</param>
/// <param name="judge">Judges the replies.</param>
/// <param name="grants">What is sent beside the queries.</param>
/// <param name="observer">Told when counting begins and ends; null for nobody.</param>
/// <param name="gaps">Told of each query that is settled; null for nobody.</param>
internal sealed class QueryLoop(DatagramPort port, QueryPlan plan, IAddressSource addresses, IReplyJudge judge,
    IReadOnlyList<GrantStream> grants, ICountingObserver? observer = null, Gaps? gaps = null)
{
    private const long LongestWait = 10 * Nanoclock.PerMillisecond; // so that the end, time-outs and Ctrl-C are noticed

    // A pace is kept by sending every so often what has become due, as a network card gathers datagrams before it interrupts. One
    // system call and one wake-up of the server for each query would make the generator what is measured. Latency counts from
    // when a query was due, so this is in it.
    private const long Gather = Nanoclock.PerMillisecond / 20;

    private readonly Outstanding _outstanding = new(plan.Window);
    private readonly long _timeout = Nanoclock.Of(plan.Timeout);
    private readonly QueryTemplate _query = plan.Query(port.Local);

    private QueryTally _tally = new();
    private bool _hasMore = true;
    private long _notBefore; // what is due next waits for this time, and for what becomes due until then

    /// <summary>What was counted so far; another thread that looks sees it a little late.</summary>
    public QueryTally Tally => _tally;

    /// <summary>Asks until the time is over or all is asked, then waits for what is outstanding.</summary>
    /// <param name="progress">Shown the counts now and then.</param>
    /// <param name="cancellation">Ends the run; what was counted counts.</param>
    public QueryTally Run(Action<QueryTally> progress, CancellationToken cancellation)
    {
        Ask(plan.WarmUp, _ => { }, cancellation);
        // What is on its way counts, and so do replies to what went beside, of which everything that is sent is told.
        _tally = new QueryTally { Sent = _outstanding.Count, Acknowledged = _tally.Acknowledged };
        observer?.Begin();
        gaps?.Clear();
        Ask(plan.Duration, progress, cancellation);
        observer?.End();
        Drain(cancellation);
        return _tally;
    }

    private void Ask(TimeSpan duration, Action<QueryTally> progress, CancellationToken cancellation)
    {
        var start = Nanoclock.Now;
        var end = start + Nanoclock.Of(duration);
        var pace = plan.Rate is { } rate ? new Pace(rate / plan.Burst, start) : null;
        var nextSweep = start;
        var now = start;
        while (now < end && !IsDone && !cancellation.IsCancellationRequested)
        {
            foreach (var stream in grants)
                stream.SendDue(port, now);
            port.Flush();
            SendDue(pace, now);
            port.Flush();
            TakeReplies(WaitTime(pace, now));
            now = Nanoclock.Now;
            if (now < nextSweep)
                continue;
            nextSweep = now + _timeout / 8;
            _tally.Seconds = (now - start) / (double)Nanoclock.PerSecond;
            _outstanding.RemoveOlder(now - _timeout, Lose);
            progress(_tally);
        }

        _tally.Seconds = (now - start) / (double)Nanoclock.PerSecond;
    }

    private bool IsDone => (!_hasMore && _outstanding.Count == 0) || (plan.EndsAtFirstRight && _tally.FirstRightAt != 0);

    // What was asked in time is waited for; it counts with its latency, but not for longer than a query may take.
    private void Drain(CancellationToken cancellation)
    {
        var end = Nanoclock.Now + _timeout;
        while (_outstanding.Count > 0 && Nanoclock.Now < end && !cancellation.IsCancellationRequested)
            TakeReplies(LongestWait);
        if (!cancellation.IsCancellationRequested)
            _outstanding.RemoveOlder(long.MaxValue, Lose);
        _outstanding.RemoveOlder(long.MaxValue, _ => _tally.Lost++); // nobody waited for these: they make no gap
    }

    private void Lose(OpenQuery query)
    {
        _tally.Lost++;
        gaps?.Add(query, isRight: false);
    }

    // A burst is due as a whole, so its queries are meant for one time.
    private void SendDue(Pace? pace, long now)
    {
        if (pace is not null)
        {
            if (now < _notBefore || now < pace.NextAt)
                return;
            _notBefore = now + Gather;
        }

        while (_hasMore && !port.IsFull && _outstanding.HasRoomFor(plan.Burst) && (pace is null || pace.NextAt <= now))
        {
            for (var i = 0; i < plan.Burst && _hasMore; i++)
            {
                if (port.IsFull)
                    port.Flush();
                SendNext(pace?.NextAt ?? now);
            }

            pace?.Take();
        }
    }

    private void SendNext(long meantAt)
    {
        if (!addresses.TryNext(out var address))
        {
            _hasMore = false;
            return;
        }

        var transaction = _outstanding.Add(new OpenQuery(address, meantAt));
        port.Add(_query.Write(port.Next, address, transaction));
        _tally.Sent++;
        foreach (var stream in grants)
            stream.OnQuery();
    }

    // 0 while there is something to send.
    private long WaitTime(Pace? pace, long now)
    {
        var next = now + LongestWait;
        foreach (var stream in grants)
            next = Math.Min(next, stream.NextAt);
        if (_hasMore && _outstanding.HasRoomFor(plan.Burst))
            next = Math.Min(next, pace is null ? now : Math.Max(pace.NextAt, _notBefore));
        return next - now;
    }

    private void TakeReplies(long wait)
    {
        var count = port.Receive(wait);
        var now = Nanoclock.Now;
        for (var i = 0; i < count; i++)
        {
            if (!DhcpPacket.TryParse(port.Datagram(i), out var packet, out _))
                _tally.Garbled++;
            else if (_outstanding.TryRemove(packet.TransactionId, out var query))
                Settle(query, judge.Judge(query.Address, packet), now);
            else if ((packet.TransactionId & Outstanding.NotQuery) != 0 && packet.MessageType == DhcpMessageType.Ack)
                _tally.Acknowledged++;
            else
                _tally.Late++;
        }
    }

    private void Settle(in OpenQuery query, Verdict verdict, long now)
    {
        _tally.Add(verdict, now - query.MeantAt);
        gaps?.Add(query, verdict == Verdict.Right);
    }
}
