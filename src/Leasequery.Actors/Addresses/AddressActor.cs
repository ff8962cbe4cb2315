using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Persistence;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Upstream;
using Leasequery.Domain.Bindings;
using Leasequery.Domain.Upstream;
using Leasequery.Wire;

namespace Leasequery.Actors.Addresses;

/// <summary>What all address actors of a node share.</summary>
/// <param name="Table">The read view that they publish to.</param>
/// <param name="Metrics">Counts them.</param>
/// <param name="Clock">Tells the time.</param>
/// <param name="Settings">How the DHCP servers are asked.</param>
/// <param name="Upstream">Asks them.</param>
/// <param name="PassivateAfter">An actor that hears nothing for so long leaves.</param>
/// <param name="MaxResident">While more actors than this are in memory, one that has nothing to do leaves at once.</param>
internal sealed record AddressContext(LocationTable Table, LeasequeryMetrics Metrics, TimeProvider Clock,
    UpstreamSettings Settings, IActorRef Upstream, TimeSpan PassivateAfter, int MaxResident);

/// <summary>
/// One IPv4 address: the only writer of what is known of it. Gleaned messages become events; an event is stored, then applied,
/// then published to the <see cref="LocationTable"/>, from which the datagram loops answer. Nothing is told before it is stored.
/// <code>
/// Locate, it is held or nobody can be asked --> Located
/// Locate, else --> joins the question to the DHCP servers; the first in line asks
///    Asked, Said ... --a lease, or all have said what they know--> an event if it is news --> Located to all in line
/// </code>
/// </summary>
internal sealed class AddressActor : UntypedPersistentActor
{
    // Who asked has asked again by then. An answer that got lost, as the node of the server's actor died, mutes the address for
    // so long.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);

    // A server actor answers within 130 s unless its queue is long. Until then its answer is awaited, also when nobody waits in
    // line: else the server would be asked once more.
    private static readonly TimeSpan LongestQuestion = TimeSpan.FromMinutes(3);

    // Questions that wait for one answer of the servers. Who is not in line asks again, as one does over UDP.
    private const int LongestLine = 20_000;

    // The newest event is the whole state: there is nothing that a snapshot would shorten.
    private static readonly Recovery FromEvents = new(SnapshotSelectionCriteria.None);

    private readonly Ipv4Address _address;
    private readonly AddressContext _context;
    private Binding? _binding;
    private IActorRef _gleaner = ActorRefs.Nobody; // who waits for the event that is being stored
    private long _seenAt;
    private List<(IActorRef Asker, AddressProtocol.Locate Question)>? _line; // who waits for the DHCP servers
    private UpstreamQuestion? _question; // open; without a line when it took too long
    private ICancelable? _patience;
    private int _round;
    private ICancelable? _idleTimer;
    private long _heardAt;
    private bool _isLeaving;

    public AddressActor(Ipv4Address address, AddressContext context)
    {
        _address = address;
        _context = context;
        PersistenceId = PersistenceIds.Of(address);
        SnapshotPluginId = "akka.persistence.no-snapshot-store";
    }

    public override string PersistenceId { get; }

    public override Recovery Recovery => FromEvents;

    private uint Now => _context.Clock.NowInUnixSeconds();

    public static Props Props(Ipv4Address address, AddressContext context) =>
        Akka.Actor.Props.CreateBy(new Maker(address, context)).WithDeploy(AsItIs.Instance);

    protected override void PreStart()
    {
        _context.Metrics.AddressActorStarted();
        OpenShard();
        base.PreStart();
    }

    protected override void PostStop()
    {
        // Who is asked always answers, also when what it brought is still being stored: sharding waits so long for that and no
        // longer. What it hears then may be untrue, and loses nothing.
        OnNotStored();
        _idleTimer?.Cancel();
        _context.Metrics.AddressActorStopped();
        base.PostStop();
    }

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case BindingEvent happened:
                _binding = BindingRules.Apply(_binding, happened);
                break;
            case RecoveryCompleted when _binding is not null:
                Publish();
                break;
        }
    }

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case AddressProtocol.Locate question:
                OnLocate(question);
                break;
            case AddressProtocol.Glean glean:
                OnGlean(glean);
                break;
            case UpstreamProtocol.Asked asked when asked.Round == _round && _question is not null:
                if (!_question.Asked(asked.Servers))
                    Conclude();
                break;
            case UpstreamProtocol.Said said:
                OnSaid(said);
                break;
            case NoAnswer late when late.Round == _round && _question is not null:
                OnNoAnswer(_question);
                break;
            case UpstreamProtocol.Asked or NoAnswer:
                break; // of a question that is answered already
            case Idle:
                break; // and leaves, if nothing was heard since
            case Leave:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }

        LeaveOrStay(isTick: message is Idle);
    }

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        OnNotStored();
        LeaveOrStay();
    }

    /// <summary>
    /// The store has news of this address that this actor has not: another one wrote; or its shard was taken since. Akka stops it
    /// after this; the next message starts one that recovers from the store.
    /// </summary>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => OnNotStored();

    protected override void OnRecoveryFailure(Exception reason, object? message = null) =>
        _context.Metrics.RecoveryFailed(_address, reason);

    // The first message to a shard that moved may be one to an address, and an address starts from the store only after its
    // shard has been taken there.
    private void OpenShard()
    {
        var shard = _context.Table.Shards.ShardOf(_address);
        if (!_context.Table.Holds(shard))
            Context.Parent.Tell(new ShardProtocol.Open(shard), ActorRefs.NoSender);
    }

    private void OnLocate(AddressProtocol.Locate question)
    {
        var now = Now;
        if (!_context.Settings.HasServers || (_binding?.IsHeldAt(now) ?? false) || _context.Table.IsVacant(_address, now))
        {
            Sender.Tell(new AddressProtocol.Located(question, _binding));
            return;
        }

        if (_line?.Count >= LongestLine)
        {
            Sender.Tell(new AddressProtocol.Located(question, _binding, Finding.Silence));
            return;
        }

        var isFirst = _line is null;
        (_line ??= []).Add((Sender, question));
        if (isFirst)
            Ask(); // the others join: one query answers all in line
    }

    // A query that got no answer in time may be lost, or still under way: a server's actor joins all about one address (N50).
    private void Ask()
    {
        Close();
        _question = new UpstreamQuestion();
        _round++;
        AskServers();
        Await(LongestWait);
    }

    private void Await(TimeSpan time) =>
        _patience = Context.System.Scheduler.ScheduleTellOnceCancelable(time, Self, new NoAnswer(_round), ActorRefs.NoSender);

    // Whoever has not answered counts as silent for those in line. The next one asks anew; what is answered late is kept.
    private void OnNoAnswer(UpstreamQuestion question)
    {
        if (_line is null)
        {
            Close();
        }
        else if (question.Verdict == ServerVerdict.NoLease)
        {
            Conclude();
        }
        else
        {
            AnswerLine(WithoutAnswer(Now));
            Await(LongestQuestion - LongestWait);
        }
    }

    private void AskServers() => _context.Upstream.Tell(new UpstreamProtocol.Ask(_address, _round, _question!.Servers));

    private void OnGlean(AddressProtocol.Glean glean)
    {
        var happened = Decide(glean);
        if (happened is null)
        {
            Sender.Tell(new AddressProtocol.Gleaned(_address, glean.SeenAt, GleanResult.Unchanged));
            return;
        }

        (_gleaner, _seenAt) = (Sender, glean.SeenAt);
        Persist(happened, stored =>
        {
            OnStored(stored);
            TellGleaner(GleanResult.Stored);
            if (_binding!.IsLeasedAt(Now))
                Close(Finding.Settled); // what the servers would say is known now
            LeaveOrStay();
        });
    }

    // Copies of relays come by different nodes, and what waits for a shard that moves, or in a node that stands still, may arrive
    // behind what came later. It happened when it was seen.
    private BindingEvent? Decide(AddressProtocol.Glean glean)
    {
        var now = Now;
        var seenAt = glean.DelayedSince(now);
        return seenAt is { } then && BindingRules.IsOvertaken(_binding, then)
            ? null
            : BindingRules.Decide(_binding, glean.Observation, seenAt ?? now);
    }

    // A lease answers the line at once. Other servers may know of a more recent transaction, which wins (RFC 4388 6.8): until
    // they have spoken, or have had their time, the question stays open, and keeps the actor from leaving.
    private void OnSaid(UpstreamProtocol.Said said)
    {
        var lease = said.Verdict == ServerVerdict.NoLease ? null : said.Lease;
        var former = lease is null ? said.Lease : null;
        var happened = lease is null ? null : BindingRules.Decide(_binding, lease, Now);
        var isHeld = lease is not null && (happened is not null || (_binding?.IsHeldAt(Now) ?? false));
        // A lease from before its device gave it up is none: this server knows of no other.
        var verdict = lease is null || isHeld ? said.Verdict : ServerVerdict.NoLease;
        var isOver = _question is null || (said.Round == _round && _question.Said(verdict, former));
        if (isHeld)
        {
            _question?.Settle();
            Store(happened, () =>
            {
                AnswerLine(Finding.Settled);
                if (isOver)
                    Close();
            });
            return;
        }

        if (_question is null || !isOver)
            return;
        if (_question.IsSettled)
            Close();
        else if (_question.Verdict is ServerVerdict.NoLease or ServerVerdict.Busy || _line is null)
            Conclude(); // the others would not know better than one that manages the address, or nobody waits any more
        else
            AskServers(); // those that were asked could not tell; perhaps there are others
    }

    // All servers there are have said what they know, and none knows of a lease.
    private void Conclude()
    {
        var now = Now;
        switch (_question!.Verdict)
        {
            case ServerVerdict.NoLease:
                var observation = _question.Former ?? (Observation)new NoLeaseReported(_address, default);
                Store(BindingRules.Decide(_binding, observation, now), () =>
                {
                    _context.Table.PublishVacancy(_address, Now + (uint)_context.Settings.NoLeaseTtl.TotalSeconds, Now);
                    Close(Finding.Settled);
                });
                break;
            case ServerVerdict.Silent or ServerVerdict.Busy:
                Close(WithoutAnswer(now));
                break;
            case ServerVerdict.NotManaged when _binding is null:
                Close(Finding.NotManaged);
                break;
            default:
                Close(Finding.Settled); // the last device is known, and that its lease is over
                break;
        }
    }

    // Somebody who might know does not say it.
    private Finding WithoutAnswer(uint now) =>
        _binding is null ? Finding.Silence
        : !IsOpenQuestion(_binding, now) ? Finding.Settled
        : _context.Settings.WhenSilent == WhenSilent.LastKnown ? Finding.LastKnown
        : Finding.Silence;

    // A lease that ended a while ago may have been renewed unseen. One that the device gave up was not.
    private bool IsOpenQuestion(Binding binding, uint now) =>
        binding.State is BindingState.Leased or BindingState.Configured
        && now - binding.ExpiresAt < _context.Settings.ExpiredGrace.TotalSeconds;

    private void Store(BindingEvent? happened, Action then)
    {
        if (happened is null)
        {
            then();
            return;
        }

        _gleaner = ActorRefs.Nobody;
        Persist(happened, stored =>
        {
            OnStored(stored);
            then();
            LeaveOrStay();
        });
    }

    private void OnStored(BindingEvent happened)
    {
        _binding = BindingRules.Apply(_binding, happened);
        Publish();
    }

    // Who has heard nothing for a while leaves; in a burst of new addresses that is late, so where actors crowd at once. What
    // comes meanwhile waits in the shard, and starts the actor anew. Who stays has one timer, not one for each message as with
    // Akka's receive timeout: the scheduler forgets a timer that is cancelled only when it comes by its place.
    private void LeaveOrStay(bool isTick = false)
    {
        var now = _context.Clock.GetTimestamp();
        if (isTick)
            _idleTimer = null;
        else
            _heardAt = now;
        if (_isLeaving || _question is not null)
            return;
        var rest = _context.PassivateAfter - _context.Clock.GetElapsedTime(_heardAt, now);
        _isLeaving = rest <= TimeSpan.Zero || _context.Metrics.LiveAddressActors > _context.MaxResident;
        if (_isLeaving)
            Context.Parent.Tell(new Passivate(Leave.Instance));
        else
            _idleTimer ??= Context.System.Scheduler.ScheduleTellOnceCancelable(rest, Self, Idle.Instance, ActorRefs.NoSender);
    }

    // The line is told what was known before: nothing is told that is not stored.
    private void OnNotStored()
    {
        TellGleaner(GleanResult.NotStored);
        Close(Finding.Silence);
    }

    private void TellGleaner(GleanResult result)
    {
        _gleaner.Tell(new AddressProtocol.Gleaned(_address, _seenAt, result));
        _gleaner = ActorRefs.Nobody;
    }

    private void Close(Finding finding)
    {
        Close();
        AnswerLine(finding);
    }

    private void Close()
    {
        _question = null;
        _patience?.Cancel();
    }

    private void AnswerLine(Finding finding)
    {
        if (_line is not { } line)
            return;
        _line = null;
        foreach (var (asker, question) in line)
            asker.Tell(new AddressProtocol.Located(question, _binding, finding));
    }

    private void Publish() => _context.Table.Publish(_binding!, LastSequenceNr);

    private sealed record NoAnswer(int Round) : IDeadLetterSuppression;

    private sealed class Idle : IDeadLetterSuppression
    {
        public static readonly Idle Instance = new();
    }

    /// <summary>
    /// Makes the actor. Akka would take an expression apart and go by reflection: a tenth of what it costs to start one, and new
    /// addresses come in bursts.
    /// </summary>
    private sealed class Maker(Ipv4Address address, AddressContext context) : IIndirectActorProducer
    {
        public Type ActorType => typeof(AddressActor);

        public ActorBase Produce() => new AddressActor(address, context);

        public void Release(ActorBase actor)
        {
            // nothing is kept for it
        }
    }

    /// <summary>
    /// Deployed as the code says. Akka puts together what code and configuration say each time that an actor starts, and reads a
    /// configuration for that, an empty one. There is nothing to put together.
    /// </summary>
    private sealed class AsItIs : Deploy
    {
        public static readonly AsItIs Instance = new();

        public override Deploy WithFallback(Deploy other) => this;
    }
}
