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
/// meanwhile, because whoever hears of it would leave it the first word. While it looks it calls the seeds, then all members.
/// Akka's own way to join lets the first seed form a cluster alone, and none of the others ever.
/// </summary>
internal sealed class RollCallActor : UntypedActor, IWithTimers
{
    /// <summary>Its name under /user: nodes find each other by it.</summary>
    public const string Name = "roll-call";

    private static readonly TimeSpan CallInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan JoinLimit = TimeSpan.FromSeconds(15);

    private readonly MembershipSettings _settings;
    private readonly Touch _touch;
    private readonly NodeStanding _standing;
    private readonly Task _storeReached;
    private readonly TimeProvider _clock;
    private readonly NodeCheck? _check;
    private readonly ILogger _log;
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly Ipv4Endpoint _self;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<Ipv4Endpoint, long> _confirmed = [];
    private readonly Dictionary<Ipv4Endpoint, NodeKind> _kinds = []; // of seeds, while this node looks for them
    private readonly HashSet<Ipv4Endpoint> _beingChecked = [];
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
        _check = check;
        _log = log;
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
                Call(_seeds.Nodes.Union(_election.Heard).Where(IsOurs));
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
                Call(_cluster.State.Members.Select(member => EndpointOf(member.Address)));
                Confirm();
                break;
            case RollCallProtocol.Call call:
                Answer(call, votes: false);
                break;
            case RollCallProtocol.Present present:
                if (present.KnowsCaller)
                    _confirmed[present.Node] =
                        Math.Max(present.CalledAt, _confirmed.GetValueOrDefault(present.Node, long.MinValue));
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
            case Checked looked:
                _beingChecked.Remove(looked.Node);
                if (looked.Kind == NodeKind.Stranger && _kinds.GetValueOrDefault(looked.Node) != NodeKind.Stranger)
                    _log.LogWarning("{Node} is no node of ours: it shows no certificate of the authority of the cluster; "
                        + "it is not spoken to", looked.Node);
                _kinds[looked.Node] = looked.Kind;
                break;
            case IsMember:
                _standing.MoveTo(Standing.Member);
                Become(Member);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Resolve() => SeedResolver.ResolveAsync(_settings.Seeds, _stop.Token)
        .PipeTo(Self, success: seeds => new Found(seeds), failure: _ => new Found(_seeds));

    // Whether remoting may connect to it; not before its certificate was seen.
    private bool IsOurs(Ipv4Endpoint node)
    {
        if (_check is null || node == _self || _kinds.GetValueOrDefault(node) == NodeKind.Ours)
            return true;
        if (_beingChecked.Add(node))
            _check.LookAsync(node, _stop.Token).PipeTo(Self,
                success: kind => new Checked(node, kind), failure: _ => new Checked(node, NodeKind.Absent));
        return false;
    }

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
        var isMember = members.Any(member =>
            member.UniqueAddress.Equals(_cluster.SelfUniqueAddress) && member.Status == MemberStatus.Up);
        Sender.Tell(new RollCallProtocol.Present(_self, call.CalledAt, isMember, knows, votes));
    }

    // The time that a majority has confirmed, with the rule by which the split brain resolver keeps a side: of two halves the one
    // with the lowest address.
    private void Confirm()
    {
        var members = _cluster.State.Members // sorted as Akka sorts them
            .Where(member => member.Status is MemberStatus.Up or MemberStatus.Leaving)
            .Select(member => EndpointOf(member.Address))
            .ToArray();
        _touch.Confirm(Majority.ConfirmedAt(members, _self, _clock.GetTimestamp(), _confirmed));
    }

    private Address AddressOf(Ipv4Endpoint node) =>
        new(_cluster.SelfAddress.Protocol, _cluster.SelfAddress.System, node.Address.ToString(), node.Port);

    private static Ipv4Endpoint EndpointOf(Address address) =>
        Ipv4Address.TryParse(address.Host, out var host) ? new Ipv4Endpoint(host, (ushort)(address.Port ?? 0)) : default;

    private sealed record Found(SeedsFound Seeds) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record Checked(Ipv4Endpoint Node, NodeKind Kind) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed class StoreReached
    {
        public static readonly StoreReached Instance = new();
    }

    private sealed class IsMember
    {
        public static readonly IsMember Instance = new();
    }

    private sealed class Tick : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        public static readonly Tick Instance = new();
    }
}
