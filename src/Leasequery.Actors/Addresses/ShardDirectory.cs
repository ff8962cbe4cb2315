using Akka.Actor;
using Akka.Event;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Monitoring;
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
/// Taking --Taken--> Loading --Loaded--> Complete        a failure: the same again, the first time at once
///                      '---------Lost------'----------> stops, and the addresses of the shard with it
/// </code>
/// It takes the shard in the store before it reads: from then on the store refuses what an earlier owner sends late, so what is
/// read is the last word. A row that cannot be read (of a later version, or damaged) is passed over, so that it mutes no
/// other address; its own is left to its actor. While it loads, what the table does not hold is asked of the address actors,
/// which recover one by one.
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
    private readonly LeasequeryMetrics _metrics;
    private readonly CancellationTokenSource _stop = new();
    private uint _generation;
    private bool _isTaken;
    private bool _isComplete;
    private int _failures; // in a row
    private string _problem = "";

    public ShardDirectory(int shard, LocationTable table, IBindingArchive archive, ManagedNetworks networks, Touch touch,
        LeasequeryMetrics metrics)
    {
        _shard = shard;
        _table = table;
        _archive = archive;
        _networks = networks;
        _touch = touch;
        _metrics = metrics;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(int shard, LocationTable table, IBindingArchive archive, ManagedNetworks networks, Touch touch,
        LeasequeryMetrics metrics) =>
        Akka.Actor.Props.Create(() => new ShardDirectory(shard, table, archive, networks, touch, metrics));

    protected override void PreStart()
    {
        _generation = _table.Begin(_shard);
        Take();
    }

    protected override void PostStop()
    {
        _table.Drop(_shard); // first: what is under way may take its time to stop
        _ = _stop.CancelAsync();
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
                _failures = 0;
                Load();
                break;
            case Loaded loaded when loaded.Generation == _generation:
                OnLoaded(loaded);
                break;
            case Status.Failure failed:
                OnFailure(failed.Cause);
                break;
            case Retry:
                TryAgain();
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
        LoadAsync(ranges, _generation).PipeTo(Self);
    }

    // An archive that fails before it has a task to give fails all the same.
    private async Task<Loaded> LoadAsync((Ipv4Address First, Ipv4Address Last)[] ranges, uint generation)
    {
        var unreadable = 0;
        var first = "";
        await _archive.ReadNewestAsync(
            ranges,
            (manifest, message, number) =>
            {
                try
                {
                    _table.Load(LeasequerySerializer.ViewEvent(manifest, message), number, generation);
                }
                catch (InvalidDataException cause)
                {
                    var whose = PassOver(message, generation);
                    if (unreadable++ == 0)
                        first = $"{whose}: {cause.Message}";
                }
            },
            _stop.Token);
        return new Loaded(generation, unreadable, first);
    }

    // Whose row it is can be told by the address that every version begins with, where it is an address of this shard.
    private string PassOver(ReadOnlySpan<byte> message, uint generation)
    {
        if (!BindingCodec.TryReadAddress(message, out var address) || _table.Shards.ShardOf(address) != _shard)
            return "of an unknown address";
        _table.PassOver(address, generation);
        return PersistenceIds.Of(address);
    }

    // That the database has ended an idle connection, perhaps days ago, is only seen when it is used. That is no news yet.
    private void OnFailure(Exception cause)
    {
        if (++_failures == 1)
        {
            TryAgain();
            return;
        }

        _problem = Words(cause); // whoever opens the shards says it once for all of them
        Timers.StartSingleTimer(Retry.Instance, Retry.Instance, RetryInterval);
    }

    private void TryAgain()
    {
        if (_isTaken)
            Load();
        else
            Take();
    }

    private void OnLoaded(Loaded loaded)
    {
        _table.Complete(_shard);
        _isComplete = true;
        _problem = "";
        if (loaded.Unreadable == 0)
            return;
        _metrics.RowsUnreadable(loaded.Unreadable);
        Context.GetLogger()
            .Error("Shard {0}: {1} rows of the store cannot be read, and count as unknown until the next news of their addresses "
                + "writes them over. The first is {2}", _shard, loaded.Unreadable, loaded.FirstUnreadable);
    }

    private static string Words(Exception cause)
    {
        var message = cause.GetBaseException().Message;
        return message[..Math.Min(message.Length, ShardProtocol.MaxProblem)];
    }

    private sealed record Loaded(uint Generation, int Unreadable, string FirstUnreadable);

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
