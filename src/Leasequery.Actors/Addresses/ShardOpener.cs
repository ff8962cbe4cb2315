using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Leasequery.Actors.Forwarding;

namespace Leasequery.Actors.Addresses;

/// <summary>
/// Opens the directories of all shards, wherever they live, and keeps them open: sharding would let an entity go that nobody
/// writes to. Often while some are not complete, so that the start is short, then as seldom as passivation allows, and soon when
/// somebody looks for a shard. Where the answers come from is where the shards are.
/// </summary>
internal sealed class ShardOpener : UntypedActor, IWithTimers
{
    private static readonly TimeSpan StartInterval = TimeSpan.FromMilliseconds(100);

    private readonly IActorRef _addresses;
    private readonly ShardProgress _progress;
    private readonly ShardOwners _owners;
    private readonly TimeSpan _keepInterval;

    public ShardOpener(IActorRef addresses, ShardProgress progress, ShardOwners owners, TimeSpan passivateAfter)
    {
        _owners = owners;
        _addresses = addresses;
        _progress = progress;
        _keepInterval = passivateAfter / 3;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IActorRef addresses, ShardProgress progress, ShardOwners owners, TimeSpan passivateAfter) =>
        Akka.Actor.Props.Create(() => new ShardOpener(addresses, progress, owners, passivateAfter));

    protected override void PreStart()
    {
        var self = Self;
        _owners.WhenWanted(() => self.Tell(Wanted.Instance));
        OpenAll();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ShardProtocol.Opened opened:
                if (opened.Problem.Length > 0 && _progress.Problem.Length == 0)
                    Context.GetLogger().Error("The store cannot be read, trying again; known locations are answered. {0}", opened.Problem);
                _progress.Report(opened.Shard, opened.IsComplete, opened.Problem);
                _owners.Learn(opened.Shard, Sender.Path.Address, LookUpOf);
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
        for (var shard = 0; shard < _progress.Shards; shard++)
            _addresses.Tell(new ShardProtocol.Open(shard));
        Timers.StartSingleTimer(Tick.Instance, Tick.Instance, _progress.IsComplete ? _keepInterval : StartInterval);
    }

    private static IActorRef? LookUpOf(Address node) => node.HasLocalScope
        ? null
        : ((ExtendedActorSystem)Context.System).Provider.ResolveActorRef(new RootActorPath(node) / "user" / LookUpActor.Name);

    private sealed class Wanted : IDeadLetterSuppression
    {
        public static readonly Wanted Instance = new();
    }

    private sealed class Tick : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        public static readonly Tick Instance = new();
    }
}
