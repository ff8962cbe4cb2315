using Leasequery.Wire;

namespace Leasequery.Domain.Upstream;

/// <summary>What is known of a server.</summary>
public enum ServerPhase
{
    /// <summary>The support timer is not running, and no poll went unanswered since: what is asked waits for the poll.</summary>
    Unknown,

    /// <summary>The support timer is running: it answered a leasequery within the last minute.</summary>
    Supporting,

    /// <summary>A poll was not answered: who asks is told so at once.</summary>
    Silent,
}

/// <summary>
/// When a server is asked what: the algorithm of RFC 4388 section 6.6. Loss and lack of support look alike, and any reply proves
/// support, so this is the state of a server and not of a query (N47).
/// </summary>
/// <remarks>
/// <code>
///   Unknown ----- reply -----> Supporting     each reply restarts the support timer
///   Unknown -- no patience --> Silent         all who wait are told
///   Silent  ----- reply -----> Supporting
///   Supporting -- timer -----> Silent         when a query is outstanding: the oldest becomes the poll, the others end
///   Supporting -- timer -----> Unknown        when it was just idle
/// </code>
/// Supporting: up to a window of queries, each with its own backoff. Otherwise one query is outstanding, the poll, with at
/// least 10 s from packet to packet, and at most 60 s while somebody asks (N46). Questions about one address join (N50).
/// Times are monotonic and given by the caller, which has one thread at a time in here.
/// </remarks>
/// <param name="policy">The limits.</param>
/// <param name="output">What is to be done.</param>
/// <param name="random">0 to 1, for the spread of the waits.</param>
/// <param name="newTransactionId">An xid that strangers cannot guess; called until it gives one that is not in use.</param>
public sealed class ServerState(ServerPolicy policy, IServerOutput output, Func<double> random, Func<uint> newTransactionId)
{
    /// <summary>The least time from any packet to the next poll (N46).</summary>
    public static readonly TimeSpan PollPause = TimeSpan.FromSeconds(10);

    private readonly Dictionary<uint, Query> _byTransaction = []; // outstanding: at most 200, so looking at all of them is cheap
    private readonly Dictionary<Ipv4Address, Query> _byAddress = []; // the same
    private readonly Queue<Ipv4Address> _queue = [];
    private readonly HashSet<Ipv4Address> _waiting = []; // what is in the queue
    private Query? _poll; // what is outstanding while not Supporting
    private int _polls; // since the last reply
    private Ipv4Address? _toPoll; // the newest question since the last packet: without one, polling stops
    private long _started;
    private TimeSpan _mayPollAt = TimeSpan.MinValue;
    private TimeSpan _lastSentAt;
    private TimeSpan _supportEndsAt;

    /// <summary>What is known of the server.</summary>
    public ServerPhase Phase { get; private set; }

    /// <summary>How many queries are sent and neither answered nor given up.</summary>
    public int Outstanding => _byTransaction.Count;

    /// <summary>How many addresses wait to be asked about.</summary>
    public int Waiting => _queue.Count;

    /// <summary>When <see cref="OnTime"/> has to be called next; null when there is nothing to wait for.</summary>
    public TimeSpan? NextDue => (Phase, _poll) switch
    {
        (ServerPhase.Supporting, _) => _byTransaction.Values.Aggregate(_supportEndsAt,
            static (first, query) => Earlier(first, query.WaitsUntil)),
        (_, { IsAwaited: true } poll) => Earlier(poll.SentAt + policy.Patience, poll.WaitsUntil),
        (_, { } poll) => poll.WaitsUntil,
        _ => _queue.Count > 0 ? _mayPollAt : null,
    };

    /// <summary>
    /// Asks about an address. What is asked ends in a reply or in <see cref="IServerOutput.TellSilent"/>, which may come before
    /// this returns.
    /// </summary>
    /// <returns>False when the question is refused because too many wait; then nobody is told anything.</returns>
    public bool Ask(Ipv4Address address, TimeSpan now)
    {
        OnTime(now);
        var joins = _byAddress.TryGetValue(address, out var asked) && IsAwaitable(asked, now);
        if (!joins && HasRoom(now))
        {
            Start(address, isAwaited: true, now);
            return true;
        }

        if (joins)
            asked!.IsAwaited = true;
        else if (Phase == ServerPhase.Silent)
            output.TellSilent(address);
        else if (!_waiting.Contains(address) && !TryEnqueue(address))
            return false;
        _toPoll = address;
        return true;
    }

    /// <summary>Takes a leasequery reply that came from this server.</summary>
    /// <returns>
    /// True when it answers an outstanding query; also when nobody waits for that any more. False when the xid is unknown or the
    /// address is not the one that was asked about: such a reply proves nothing, and is dropped.
    /// </returns>
    public bool OnReply(uint transactionId, Ipv4Address address, TimeSpan now)
    {
        if (!_byTransaction.TryGetValue(transactionId, out var query) || query.Address != address)
            return false;
        Drop(query);
        Phase = ServerPhase.Supporting;
        _polls = 0;
        _supportEndsAt = now + policy.SupportTimer;
        SendWaiting(now);
        return true;
    }

    /// <summary>Does everything that is due.</summary>
    public void OnTime(TimeSpan now)
    {
        if (Phase == ServerPhase.Supporting && now >= _supportEndsAt)
            EndSupport();
        if (Phase == ServerPhase.Supporting)
            Retry(now);
        else if (_poll is not null)
            Poll(_poll, now);
        SendWaiting(now);
    }

    /// <summary>"All outstanding messages SHOULD be dropped except for a single [one] that is used to poll the server."</summary>
    private void EndSupport()
    {
        _poll = _byTransaction.Values.MinBy(query => query.Number);
        _toPoll = _poll?.Address;
        Phase = _poll is null ? ServerPhase.Unknown : ServerPhase.Silent;
        if (_poll is null)
            return;
        foreach (var query in InOrder(query => query != _poll))
            GiveUp(query);
        TellWaiting();
        _polls = 1; // the last packet to the server, whatever it asked, counts as the first poll
        _poll.WaitsUntil = _lastSentAt + RetrySchedule.PollWait(_polls, random());
    }

    private void Retry(TimeSpan now)
    {
        foreach (var query in InOrder(query => now >= query.WaitsUntil))
            if (query.Tries < RetrySchedule.Tries)
                Transmit(query, now);
            else
                GiveUp(query);
    }

    private List<Query> InOrder(Func<Query, bool> which) =>
        [.. _byTransaction.Values.Where(which).OrderBy(query => query.Number)];

    private void Poll(Query poll, TimeSpan now)
    {
        var isWaitOver = now >= poll.WaitsUntil;
        if (isWaitOver || !IsAwaitable(poll, now))
            FallSilent(poll);
        if (!isWaitOver)
            return;
        if (_toPoll == poll.Address)
        {
            Transmit(poll, now);
            return;
        }

        Drop(poll);
        if (_toPoll is { } next)
            Start(next, isAwaited: false, now); // who asked was told at once
    }

    private void FallSilent(Query poll)
    {
        Phase = ServerPhase.Silent;
        if (poll.IsAwaited)
            output.TellSilent(poll.Address);
        poll.IsAwaited = false;
        TellWaiting();
    }

    /// <summary>
    /// True while there is hope of an answer in time. A poll without an answer stays, to find out whether the server supports
    /// leasequery, but nobody is made to wait for it.
    /// </summary>
    private bool IsAwaitable(Query query, TimeSpan now) => query != _poll || now < query.SentAt + policy.Patience;

    private bool HasRoom(TimeSpan now) => Phase == ServerPhase.Supporting
        ? _byTransaction.Count < policy.Window
        : _poll is null && now >= _mayPollAt;

    private bool TryEnqueue(Ipv4Address address)
    {
        if (_queue.Count >= policy.MaxWaiting)
            return false;
        _queue.Enqueue(address);
        return _waiting.Add(address);
    }

    private void SendWaiting(TimeSpan now)
    {
        while (_queue.Count > 0 && HasRoom(now))
        {
            var address = _queue.Dequeue();
            _waiting.Remove(address);
            Start(address, isAwaited: true, now);
        }
    }

    private void TellWaiting()
    {
        foreach (var address in _queue)
            output.TellSilent(address);
        _queue.Clear();
        _waiting.Clear();
    }

    private void Start(Ipv4Address address, bool isAwaited, TimeSpan now)
    {
        var transactionId = newTransactionId();
        while (_byTransaction.ContainsKey(transactionId))
            transactionId = newTransactionId();
        var query = new Query(transactionId, address, _started++) { IsAwaited = isAwaited };
        _byTransaction.Add(transactionId, query);
        _byAddress.Add(address, query);
        if (Phase != ServerPhase.Supporting)
            _poll = query;
        Transmit(query, now);
    }

    private void Transmit(Query query, TimeSpan now)
    {
        query.Tries++;
        query.SentAt = now;
        query.WaitsUntil = now + (query == _poll
            ? RetrySchedule.PollWait(++_polls, random())
            : RetrySchedule.Wait(query.Tries, random()));
        _lastSentAt = now;
        _mayPollAt = now + PollPause;
        _toPoll = null;
        output.Send(query.TransactionId, query.Address, query.Tries);
    }

    private void GiveUp(Query query)
    {
        Drop(query);
        output.TellSilent(query.Address);
    }

    private void Drop(Query query)
    {
        _byTransaction.Remove(query.TransactionId);
        _byAddress.Remove(query.Address);
        if (query == _poll)
            _poll = null;
    }

    private static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private sealed class Query(uint transactionId, Ipv4Address address, long number)
    {
        public uint TransactionId => transactionId;

        public Ipv4Address Address => address;

        public long Number => number; // in the order of the first packets

        public int Tries { get; set; }

        public TimeSpan SentAt { get; set; }

        public TimeSpan WaitsUntil { get; set; }

        public bool IsAwaited { get; set; } // somebody is still to be told
    }
}
