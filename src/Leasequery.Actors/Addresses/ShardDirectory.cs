using Akka.Actor;
using Akka.Event;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Serialization;
using Leasequery.Actors.Stores;
using Leasequery.Domain.Networks;
using Leasequery.Wire;

namespace Leasequery.Actors.Addresses;

/// <summary>
/// Keeps the blocks of one shard in the table of the node that owns the shard: fills them from the store in bulk when the shard
/// starts, drops them when it stops. It is an entity of the shard itself, and a shard is handed over only after its entities
/// have stopped: so the old owner's table is empty before the new owner may answer.
/// <code>
/// Taking --Taken--> Loading --Loaded--> Complete        a failure: the same again after the retry interval
///                      '---------Lost------'----------> stops, and the addresses of the shard with it
/// </code>
/// It takes the shard in the store before it reads: from then on the store refuses what an earlier owner sends late, so what is
/// read is the last word. While it loads, what the table does not hold is asked of the address actors, which recover one by one.
/// When the store says that the shard was taken after us, what is known here may be of yesterday: all of it goes, and the next
/// word to the shard starts it anew.
/// </summary>
internal sealed class ShardDirectory : UntypedActor, IWithTimers
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TouchInterval = TimeSpan.FromMilliseconds(100);

    private readonly int _shard;
    private readonly LocationTable _table;
    private readonly IBindingArchive _archive;
    private readonly ManagedNetworks _networks;
    private readonly Touch _touch;
    private readonly CancellationTokenSource _stop = new();
    private uint _generation;
    private bool _isTaken;
    private bool _isComplete;
    private string _problem = "";

    public ShardDirectory(int shard, LocationTable table, IBindingArchive archive, ManagedNetworks networks, Touch touch)
    {
        _shard = shard;
        _table = table;
        _archive = archive;
        _networks = networks;
        _touch = touch;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(int shard, LocationTable table, IBindingArchive archive, ManagedNetworks networks, Touch touch) =>
        Akka.Actor.Props.Create(() => new ShardDirectory(shard, table, archive, networks, touch));

    protected override void PreStart()
    {
        _generation = _table.Begin(_shard);
        Take();
    }

    protected override void PostStop()
    {
        _stop.Cancel();
        _table.Drop(_shard);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ShardProtocol.Open:
                Sender.Tell(new ShardProtocol.Opened(_shard, _isComplete, _problem));
                break;
            case Taken:
                _isTaken = true;
                Load();
                break;
            case Loaded loaded when loaded.Generation == _generation:
                _table.Complete(_shard);
                _isComplete = true;
                _problem = "";
                break;
            case Status.Failure failed:
                _problem = Words(failed.Cause); // whoever opens the shards says it once for all of them
                Timers.StartSingleTimer(Retry.Instance, Retry.Instance, RetryInterval);
                break;
            case Retry when _isTaken:
                Load();
                break;
            case Retry:
                Take();
                break;
            case Lost:
                Context.GetLogger()
                    .Warning("Shard {0} was taken by another node, or anew: what came late is not stored, and what "
                    + "is known of the shard here is forgotten", _shard);
                Context.ActorSelection("../*").Tell(Leave.Instance); // this one, too
                break;
            case Leave:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    // A node that was given up, and does not know it yet, would take the shard from its new owner.
    private void Take()
    {
        if (_touch.Holds)
            TakeAsync(Self).PipeTo(Self, success: () => Taken.Instance);
        else
            Timers.StartSingleTimer(Retry.Instance, Retry.Instance, TouchInterval);
    }

    // The stay ends with this actor, also when the actor has stopped by the time that it begins.
    private async Task TakeAsync(IActorRef self)
    {
        var tenure = await _archive.TakeAsync(_shard, _stop.Token);
        _stop.Token.Register(() => _archive.Release(tenure));
        _ = tenure.Lost.ContinueWith(_ => self.Tell(Lost.Instance), _stop.Token, TaskContinuationOptions.None,
            TaskScheduler.Default);
    }

    private void Load()
    {
        var ranges = _table.Shards.RangesOf(_shard, _networks.Prefixes).ToArray();
        var generation = _generation;
        LoadAsync(ranges, generation).PipeTo(Self, success: () => new Loaded(generation));
    }

    // An archive that fails before it has a task to give fails all the same.
    private async Task LoadAsync((Ipv4Address First, Ipv4Address Last)[] ranges, uint generation) =>
        await _archive.ReadNewestAsync(
            ranges,
            (manifest, message, number) =>
                _table.Load(LeasequerySerializer.ViewEvent(manifest, message), number, generation),
            _stop.Token);

    private static string Words(Exception cause)
    {
        var message = cause.GetBaseException().Message;
        return message[..Math.Min(message.Length, ShardProtocol.MaxProblem)];
    }

    private sealed record Loaded(uint Generation);

    private sealed class Taken : IDeadLetterSuppression
    {
        public static readonly Taken Instance = new();
    }

    private sealed class Lost : IDeadLetterSuppression
    {
        public static readonly Lost Instance = new();
    }

    private sealed class Retry : INotInfluenceReceiveTimeout
    {
        public static readonly Retry Instance = new();
    }
}
