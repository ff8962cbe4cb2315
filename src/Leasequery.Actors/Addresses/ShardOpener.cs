using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Util;
using Leasequery.Actors.Delivery;
using Leasequery.Actors.Forwarding;
using Leasequery.Actors.Membership;

namespace Leasequery.Actors.Addresses;

/// <summary>
/// Opens the directories of all shards, wherever they live, and goes on asking for them: a shard that moved starts its directory
/// by that, and where the answers come from is where the shards are. Often while some are not complete, so that the start is
/// short, then once a second, and soon when somebody looks for a shard.
/// <code>
/// Waiting --the node is a member--> Opening
/// </code>
/// Before that no shard has a place, and the region would keep each word to it, ten times a second: its buffer would be full of
/// them, and all would go out when the node joins. It is the same while no member owns addresses, where all that would wait for
/// their database. A shard that does not answer is asked less and less often.
/// </summary>
internal sealed class ShardOpener : UntypedActor, IWithTimers
{
    /// <summary>A shard whose owner was not heard of for so long counts as lost until it is.</summary>
    public static readonly TimeSpan OwnerLimit = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan StartInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan KeepInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPatience = TimeSpan.FromMilliseconds(800); // below KeepInterval: each of its rounds

    private readonly IActorRef _addresses;
    private readonly ShardProgress _progress;
    private readonly ShardOwners _owners;
    private readonly Task _joined;
    private readonly Func<bool> _hasOwners;
    private readonly Func<Address, AppVersion?> _versionOf;
    private readonly TimeProvider _clock;
    private readonly long[] _openedAt;
    private readonly Question[] _open; // to each shard, until it answers

    public ShardOpener(IActorRef addresses, ShardProgress progress, ShardOwners owners, Task joined,
        Func<bool> hasOwners, Func<Address, AppVersion?> versionOf, TimeProvider clock)
    {
        _owners = owners;
        _joined = joined;
        _hasOwners = hasOwners;
        _versionOf = versionOf;
        _addresses = addresses;
        _progress = progress;
        _clock = clock;
        _openedAt = new long[progress.Shards];
        _open = new Question[progress.Shards];
        Array.Fill(_openedAt, clock.GetTimestamp());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Makes one.</summary>
    /// <param name="addresses">The shard region.</param>
    /// <param name="progress">Told which shards are complete.</param>
    /// <param name="owners">Told who owns them.</param>
    /// <param name="joined">Done when the node is a member.</param>
    /// <param name="hasOwners">Whether any member owns addresses.</param>
    /// <param name="versionOf">The version of the service that a node runs; null while it is no member that is known
    /// here.</param>
    /// <param name="clock">Tells the time.</param>
    public static Props Props(IActorRef addresses, ShardProgress progress, ShardOwners owners, Task joined,
        Func<bool> hasOwners, Func<Address, AppVersion?> versionOf, TimeProvider clock) => Akka.Actor.Props.Create(
            () => new ShardOpener(addresses, progress, owners, joined, hasOwners, versionOf, clock));

    protected override void PreStart()
    {
        var self = Self;
        _owners.WhenWanted(() => self.Tell(Wanted.Instance));
        _joined.PipeTo(self, success: () => IsMember.Instance);
    }

    protected override void OnReceive(object message) // waiting
    {
        switch (message)
        {
            case IsMember:
                Become(Opening);
                OpenAll();
                break;
            case ClusterEvent.MemberRemoved or Wanted:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Opening(object message)
    {
        switch (message)
        {
            case ShardProtocol.Opened opened:
                if (opened.Problem.Length > 0 && _progress.Problem.Length == 0)
                    Context.GetLogger().Error("The store cannot be read, trying again; known locations are answered. {0}",
                        opened.Problem);
                _openedAt[opened.Shard] = _clock.GetTimestamp();
                _open[opened.Shard] = default;
                _progress.Report(opened.Shard, opened.IsComplete, opened.Problem);
                _owners.Learn(opened.Shard, Sender.Path.Address, OwnerAt);
                break;
            case ClusterEvent.MemberRemoved removed:
                _owners.Forget(removed.Member.Address);
                break;
            case Wanted:
                Timers.StartSingleTimer(Tick.Instance, Tick.Instance, StartInterval);
                break;
            case Tick:
                OpenAll();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    // All the time for those that are complete, too: a shard that moved starts its directory on its new node by this.
    private void OpenAll()
    {
        _owners.Asking();
        var hasOwners = _hasOwners();
        for (var shard = 0; shard < _progress.Shards; shard++)
        {
            if (_clock.GetElapsedTime(_openedAt[shard]) > OwnerLimit)
                _progress.Report(shard, isComplete: false, problem: "");
            if (!hasOwners || _clock.GetElapsedTime(_open[shard].AskedAt) < _open[shard].Patience)
                continue;
            _addresses.Tell(new ShardProtocol.Open(shard));
            _open[shard] = _open[shard].Again(_clock.GetTimestamp());
        }

        Timers.StartSingleTimer(Tick.Instance, Tick.Instance, _progress.IsComplete ? KeepInterval : StartInterval);
    }

    // A node of an earlier version has nobody who would take what was gleaned in batches, and nobody to say so. Its addresses get
    // it one by one through sharding, until it is upgraded: then it is another member, and is looked at anew.
    private ShardOwner? OwnerAt(Address node)
    {
        if (node.HasLocalScope)
            return new ShardOwner(node, lookUp: null, delivery: null);
        if (_versionOf(node) is not { } version)
            return null;
        var delivery = ServiceVersion.TakesObservations(version) ? ActorAt(node, DeliveryActor.Name) : null;
        return new ShardOwner(node, ActorAt(node, LookUpActor.Name), delivery);
    }

    private static IActorRef ActorAt(Address node, string name) =>
        ((ExtendedActorSystem)Context.System).Provider.ResolveActorRef(new RootActorPath(node) / "user" / name);

    // How long it may stay without answer. At first less than a round: a word may get lost where a shard moves.
    private readonly record struct Question(long AskedAt, TimeSpan Patience)
    {
        public Question Again(long now) => new(now, Patience == TimeSpan.Zero ? StartInterval / 2
            : Patience * 2 < LongestPatience ? Patience * 2 : LongestPatience);
    }

    private sealed class IsMember
    {
        public static readonly IsMember Instance = new();
    }

    private sealed class Wanted : IDeadLetterSuppression
    {
        public static readonly Wanted Instance = new();
    }

    private sealed class Tick : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        public static readonly Tick Instance = new();
    }
}
