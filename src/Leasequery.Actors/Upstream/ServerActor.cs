using System.Security.Cryptography;
using Akka.Actor;
using Akka.Event;
using Leasequery.Actors.Ingress;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Settings;
using Leasequery.Domain.Bindings;
using Leasequery.Domain.Upstream;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Actors.Upstream;

/// <summary>
/// One DHCP server: the only one in the cluster that sends it anything, so that its limits hold for the whole cluster. When to
/// send and when to give up is decided by <see cref="ServerState"/>; this actor remembers who asked, writes queries, reads
/// replies and keeps the server's NAKs (N44).
/// </summary>
internal sealed class ServerActor : UntypedActor, IWithTimers, IServerOutput
{
    private static readonly OptionSet Wanted = OptionSet.Of(
        DhcpOption.LeaseTime, DhcpOption.RenewalTime, DhcpOption.RebindingTime,
        DhcpOption.ClientIdentifier, DhcpOption.RelayAgentInformation, DhcpOption.ClientLastTransactionTime);

    private readonly ServerSettings _server;
    private readonly LeasequerySettings _settings;
    private readonly ServerCounters _counters;
    private readonly TimeProvider _clock;
    private readonly long _startedAt;
    private readonly IActorRef _ingress;
    private readonly Func<Address, bool> _asksAgain;
    private readonly ServerState _state;
    private readonly NegativeCache _naks;
    private readonly OptionSet _parameters;
    private readonly Dictionary<Ipv4Address, List<(IActorRef Upstream, ServerProtocol.Query Query)>> _askers = [];
    private LeasequeryDialect? _dialect;
    private bool _isDraftNext;
    private TimeSpan? _timerAt;

    public ServerActor(ServerSettings server, LeasequerySettings settings, ServerCounters counters, TimeProvider clock,
        IActorRef ingress, Func<Address, bool> asksAgain)
    {
        var upstream = settings.Upstream;
        _server = server;
        _settings = settings;
        _counters = counters;
        _clock = clock;
        _startedAt = clock.GetTimestamp();
        _ingress = ingress;
        _asksAgain = asksAgain;
        _dialect = server.Dialect;
        _naks = new NegativeCache(upstream.NegativeEntries, upstream.NegativeTurnover);
        _parameters = Enumerable.Range(1, 254).Select(code => (DhcpOption)code).Where(settings.KeptOptions.Contains)
            .Aggregate(Wanted, (set, option) => set.With(option));
        // Transaction ids that nobody can guess: with them a stranger could answer for the server.
        _state = new ServerState(upstream.Policy, this, () => RandomNumberGenerator.GetInt32(1 << 20) / (double)(1 << 20),
            () => BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint))));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private TimeSpan Now => _clock.GetElapsedTime(_startedAt);

    /// <summary>Makes one.</summary>
    /// <param name="server">The server.</param>
    /// <param name="settings">What is asked of it, and how.</param>
    /// <param name="counters">Count it.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="ingress">Sends the queries.</param>
    /// <param name="asksAgain">Whether the upstream actor of a node asks again when its query comes back.</param>
    public static Props Props(ServerSettings server, LeasequerySettings settings, ServerCounters counters, TimeProvider clock,
        IActorRef ingress, Func<Address, bool> asksAgain) =>
        Akka.Actor.Props.Create(() => new ServerActor(server, settings, counters, clock, ingress, asksAgain));

    // Its shard moves to another node: what is open is asked again there.
    protected override void PostStop()
    {
        foreach (var (upstream, query) in _askers.Values.SelectMany(askers => askers))
            upstream.Tell(_asksAgain(upstream.Path.Address) ? query : Result(query, ServerVerdict.Silent, null));
        _counters.Observe(ServerPhase.Unknown, 0, 0, 0); // its next node tells of it
    }

    // It failed, and perhaps because of one of the questions: that would come back for ever. Who is asked always answers.
    protected override void PreRestart(Exception reason, object message)
    {
        foreach (var address in _askers.Keys.ToArray())
            Tell(address, ServerVerdict.Silent, null);
        base.PreRestart(reason, message);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ServerProtocol.Query query:
                OnQuery(query);
                break;
            case ServerProtocol.Replied replied:
                OnReplied(replied.Reply);
                break;
            case Due:
                _timerAt = null;
                _state.OnTime(Now);
                break;
            default:
                Unhandled(message);
                return;
        }

        SetTimer();
        _counters.Observe(_state.Phase, _state.Outstanding, _state.Waiting, _naks.Count);
    }

    void IServerOutput.Send(uint transactionId, Ipv4Address address, int tries)
    {
        // A server whose dialect is not known is polled with RFC 4388's query and the drafts' in turn. One that has fallen
        // silent may have been replaced by one of another dialect.
        if (_state.Phase == ServerPhase.Silent)
            _dialect = _server.Dialect;
        var dialect = _dialect ?? (_isDraftNext ? LeasequeryDialect.Draft0 : LeasequeryDialect.Rfc4388);
        _isDraftNext = !_isDraftNext;
        var request = new LeasequeryRequest(address, _settings.Upstream.RelayAddress, transactionId, 0,
            dialect.QueryType(_server.DraftQuery), true, _parameters, false);
        var datagram = new byte[LeasequeryReply.MaxSize];
        _ingress.Tell(new IngressProtocol.Send(_server.Endpoint, OctetString.Copy(datagram.AsSpan(0, request.Write(datagram)))));
        _counters.Sent(tries);
    }

    void IServerOutput.TellSilent(Ipv4Address address)
    {
        _counters.Heard(ServerVerdict.Silent);
        Tell(address, ServerVerdict.Silent, null);
    }

    private void OnQuery(ServerProtocol.Query query)
    {
        if (_naks.Contains(query.Address, _clock.NowInUnixSeconds()))
        {
            _counters.AnsweredFromCache();
            Sender.Tell(Result(query, ServerVerdict.NotManaged, null));
            return;
        }

        if (!_askers.TryGetValue(query.Address, out var askers))
            _askers.Add(query.Address, askers = []);
        askers.Add((Sender, query));
        if (_state.Ask(query.Address, Now))
            return;
        _counters.Shed();
        Tell(query.Address, ServerVerdict.Busy, null);
    }

    private void OnReplied(ServerReply reply)
    {
        // Where it has to be found out, each reply says it anew: some are said by two dialects.
        var dialect = _server.Dialect ?? reply.Dialect();
        if (dialect is null || !reply.TryRead(dialect.Value, out var verdict))
        {
            _counters.Dropped();
            return;
        }

        var before = _dialect;
        _dialect = dialect; // what waited for this reply is sent at once
        if (!_state.OnReply(reply.TransactionId, reply.Address, Now))
        {
            _dialect = before;
            _counters.Dropped(); // late, or from somebody who guesses
            return;
        }

        _counters.Heard(verdict);
        if (verdict == ServerVerdict.NotManaged)
            Remember(reply.Address, dialect.Value);
        var unstatedSeconds = (uint)_settings.Upstream.NoLeaseTtl.TotalSeconds;
        Tell(reply.Address, verdict, reply.ToObservation(verdict, unstatedSeconds));
    }

    private void Remember(Ipv4Address address, LeasequeryDialect dialect)
    {
        var ttl = dialect == LeasequeryDialect.Rfc4388 ? _settings.Upstream.UnknownTtl : _settings.Upstream.NakTtl;
        var now = _clock.NowInUnixSeconds();
        _naks.Add(address, now + (uint)ttl.TotalSeconds, now);
    }

    private void Tell(Ipv4Address address, ServerVerdict verdict, LeaseReported? lease)
    {
        if (!_askers.Remove(address, out var askers))
            return;
        foreach (var (upstream, query) in askers)
            upstream.Tell(Result(query, verdict, lease));
    }

    private static ServerProtocol.Result Result(ServerProtocol.Query query, ServerVerdict verdict, LeaseReported? lease) =>
        new(query.Server, query.Address, query.Asker, query.Round, verdict, lease);

    // A timer is moved only when it would ring too late: with a full window it would otherwise be set anew with each reply.
    private void SetTimer()
    {
        if (_state.NextDue is not { } due || _timerAt <= due)
            return;
        var now = Now;
        Timers.StartSingleTimer(Due.Instance, Due.Instance, due > now ? due - now : TimeSpan.Zero);
        _timerAt = due;
    }

    private sealed class Due : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        public static readonly Due Instance = new();
    }
}
