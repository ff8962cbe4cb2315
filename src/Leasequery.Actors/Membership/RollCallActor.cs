using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Leasequery.Actors.Settings;
using Leasequery.Wire;
using Microsoft.Extensions.Logging;

namespace Leasequery.Actors.Membership;

/// <summary>
/// Brings this node into its cluster, and knows whether it is still part of it.
/// <code>
/// Waiting --the store is reached--> Looking --a seed is in a cluster, or this node is to form one--> Joining --member--> Member
///                                      ^                                                                '--time is up--.
///                                      '------------------------------------------------------------------------------'
/// </code>
/// A node that is to own addresses waits: what it would own without a store would be silent everywhere. It answers no call
/// meanwhile, because whoever hears of it would leave it the first word. While it looks it calls the seeds, then all members, and
/// the seeds that are none: they may belong to another cluster, and one of the two has to end (<see cref="Rivals"/>).
/// Akka's own way to join lets the first seed form a cluster alone, and none of the others ever.
/// </summary>
internal sealed class RollCallActor : UntypedActor, IWithTimers
{
    /// <summary>Its name under /user: nodes find each other by it.</summary>
    public const string Name = "roll-call";

    private static readonly TimeSpan CallInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ResolveInterval = TimeSpan.FromSeconds(5); // of a member; seeds may move
    private static readonly TimeSpan JoinLimit = TimeSpan.FromSeconds(15);

    private readonly MembershipSettings _settings;
    private readonly Touch _touch;
    private readonly NodeStanding _standing;
    private readonly Task _storeReached;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly Ipv4Endpoint _self;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<Ipv4Endpoint, long> _confirmed = [];
    private readonly NodeLookout _lookout;
    private readonly Rivals _rivals;
    private Election _election;
    private SeedsFound _seeds = SeedsFound.None;
    private long _joiningSince;

    public RollCallActor(MembershipSettings settings, Touch touch, NodeStanding standing, Task storeReached, TimeProvider clock,
        NodeCheck? check, ILogger log)
    {
        _settings = settings;
        _touch = touch;
        _standing = standing;
        _storeReached = storeReached;
        _clock = clock;
        _log = log;
        _lookout = new NodeLookout(Self, check, clock, log, _stop.Token);
        _rivals = new Rivals(settings.Nodes, clock);
        _self = EndpointOf(_cluster.SelfAddress);
        _election = new Election(_self, settings.Nodes, clock);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(MembershipSettings settings, Touch touch, NodeStanding standing, Task storeReached,
        TimeProvider clock, NodeCheck? check, ILogger log) =>
        Akka.Actor.Props.Create(() => new RollCallActor(settings, touch, standing, storeReached, clock, check, log));

    protected override void PreStart()
    {
        var self = Self;
        _cluster.RegisterOnMemberUp(() => self.Tell(IsMember.Instance));
        if (!_settings.HasAddresses || _storeReached.IsCompleted)
        {
            Look();
            return;
        }

        _standing.MoveTo(Standing.Waiting);
        Become(Waiting);
        _storeReached.PipeTo(self, success: () => StoreReached.Instance);
    }

    protected override void PostStop() => _stop.Cancel();

    private void Waiting(object message)
    {
        switch (message)
        {
            case StoreReached:
                Look();
                break;
            case RollCallProtocol.Call:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Look()
    {
        _election = new Election(_self, _settings.Nodes, _clock) { Seeds = _seeds };
        _standing.MoveTo(Standing.Looking);
        Become(OnReceive);
        Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, TimeSpan.Zero, CallInterval);
        Resolve();
    }

    protected override void OnReceive(object message) // looking
    {
        switch (message)
        {
            case Tick:
                Resolve();
                Call(_seeds.Nodes.Union(_election.Heard).Except([_self]).Where(_lookout.IsOurs));
                Decide();
                break;
            case RollCallProtocol.Call call:
                Answer(call, _election.OnCall(call.Caller));
                break;
            case RollCallProtocol.Present present:
                _election.OnPresent(present.Node, present.CalledAt, present.IsMember, present.VotesForCaller);
                Decide();
                break;
            default:
                OnOther(message);
                break;
        }
    }

    private void Joining(object message)
    {
        switch (message)
        {
            case Tick when _clock.GetElapsedTime(_joiningSince) > JoinLimit:
                _log.LogWarning("The cluster did not take this node within {Limit}; looking for nodes again", JoinLimit);
                Look();
                break;
            case RollCallProtocol.Call call:
                Answer(call, votes: false);
                break;
            case Tick or RollCallProtocol.Present:
                break;
            default:
                OnOther(message);
                break;
        }
    }

    private void Member(object message)
    {
        switch (message)
        {
            case Tick:
                Call(Members().Concat(Outsiders()));
                Confirm();
                MakeRoom();
                break;
            case RollCallProtocol.Call call:
                Answer(call, votes: false);
                break;
            case RollCallProtocol.Present present:
                if (present.KnowsCaller)
                    _confirmed[present.Node] =
                        Math.Max(present.CalledAt, _confirmed.GetValueOrDefault(present.Node, long.MinValue));
                _lookout.OnHeard(present.Node);
                _rivals.OnPresent(present.Node,
                    present is { IsMember: true, KnowsCaller: false } && !Members().Contains(present.Node));
                Confirm();
                break;
            default:
                OnOther(message);
                break;
        }
    }

    private void OnOther(object message)
    {
        switch (message)
        {
            case Found found:
                if (found.Seeds.ToString() != _seeds.ToString())
                    _log.LogInformation("Nodes that may be there: {Seeds}", found.Seeds);
                _seeds = _election.Seeds = found.Seeds;
                break;
            case NodeLookout.Seen seen:
                _lookout.OnSeen(seen);
                break;
            case Refresh:
                Resolve();
                break;
            case IsMember:
                _standing.MoveTo(Standing.Member);
                Become(Member);
                Timers.StartPeriodicTimer(Refresh.Instance, Refresh.Instance, ResolveInterval);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Resolve() => SeedResolver.ResolveAsync(_settings.Seeds, _stop.Token)
        .PipeTo(Self, success: seeds => new Found(seeds), failure: _ => new Found(_seeds));

    private void Call(IEnumerable<Ipv4Endpoint> nodes)
    {
        var call = new RollCallProtocol.Call(_self, _cluster.SelfUniqueAddress.Uid, _clock.GetTimestamp());
        foreach (var node in nodes)
            if (node != _self)
                Context.ActorSelection(new RootActorPath(AddressOf(node)) / "user" / Name).Tell(call);
    }

    private void Decide()
    {
        if (_seeds.Nodes.Count == 0)
            return; // no name is known yet
        var result = _election.Decide();
        if (result.Seeds.Count > 0)
            Join(() => _cluster.JoinSeedNodes(result.Seeds.Select(AddressOf)),
                $"joining the cluster of {string.Join(", ", result.Seeds)}");
        else if (result.Forms)
            Join(() => _cluster.Join(_cluster.SelfAddress), "forming a cluster");
    }

    private void Join(Action join, string what)
    {
        _log.LogInformation("{Node}: {What}", _self, what);
        join();
        _joiningSince = _clock.GetTimestamp();
        _standing.MoveTo(Standing.Joining);
        Become(Joining);
    }

    private void Answer(RollCallProtocol.Call call, bool votes)
    {
        var members = _cluster.State.Members;
        var knows = members.Any(member =>
            member.UniqueAddress.Uid == call.Incarnation
            && EndpointOf(member.Address) == call.Caller
            && member.Status is not (MemberStatus.Down or MemberStatus.Exiting or MemberStatus.Removed));
        Sender.Tell(new RollCallProtocol.Present(_self, call.CalledAt, IsUp, knows, votes));
    }

    // The time that a majority has confirmed, with the rule by which the split brain resolver keeps a side: of two halves the one
    // with the lowest address.
    private void Confirm() => _touch.Confirm(Majority.ConfirmedAt(
        Members(MemberStatus.Up, MemberStatus.Leaving), _self, _clock.GetTimestamp(), _confirmed));

    // Seeds that may belong to another cluster. A node on its way out calls none: those that look for a cluster would leave it
    // the first word.
    private IEnumerable<Ipv4Endpoint> Outsiders() =>
        IsUp ? _seeds.Nodes.Except(Members()).Where(_lookout.IsThere) : [];

    // It goes as one goes that the cluster gives up: others take over what it owned, if there are any.
    private void MakeRoom()
    {
        if (!IsUp || _rivals.MakeRoomFor(Members(MemberStatus.Up), _seeds) is not { Count: > 0 } rivals)
            return;
        _log.LogWarning("There are two clusters. {Rivals} belong to the other one, which goes on; this node ends, to join it "
            + "when it is started again", string.Join(", ", rivals));
        _cluster.Down(_cluster.SelfAddress);
    }

    // What a cluster was when this node left it stays in sight.
    private bool IsUp => !_cluster.IsTerminated && _cluster.State.Members.Any(member =>
        member.UniqueAddress.Equals(_cluster.SelfUniqueAddress) && member.Status == MemberStatus.Up);

    // With one of these, or all; sorted as Akka sorts them.
    private Ipv4Endpoint[] Members(params MemberStatus[] status) =>
    [
        .. _cluster.State.Members
            .Where(member => status.Length == 0 || status.Contains(member.Status))
            .Select(member => EndpointOf(member.Address)),
    ];

    private Address AddressOf(Ipv4Endpoint node) =>
        new(_cluster.SelfAddress.Protocol, _cluster.SelfAddress.System, node.Address.ToString(), node.Port);

    private static Ipv4Endpoint EndpointOf(Address address) =>
        Ipv4Address.TryParse(address.Host, out var host) ? new Ipv4Endpoint(host, (ushort)(address.Port ?? 0)) : default;

    private sealed record Found(SeedsFound Seeds) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed class StoreReached
    {
        public static readonly StoreReached Instance = new();
    }

    private sealed class IsMember
    {
        public static readonly IsMember Instance = new();
    }

    private sealed class Refresh : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        public static readonly Refresh Instance = new();
    }

    private sealed class Tick : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        public static readonly Tick Instance = new();
    }
}
