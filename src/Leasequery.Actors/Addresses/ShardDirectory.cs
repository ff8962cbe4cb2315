using Akka.Actor;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Stores;
using Leasequery.Domain.Networks;

namespace Leasequery.Actors.Addresses;

/// <summary>
/// Keeps the blocks of one shard in the table of the node that owns the shard: fills them from the store in bulk when the shard
/// starts, drops them when it stops. It is an entity of the shard itself, and a shard is handed over only after its entities
/// have stopped: so the old owner's table is empty before the new owner may answer.
/// <code>
/// Loading --Loaded--> Complete
///    ^ '-- Failed --> (retry interval) --.
///    '-----------------------------------'
/// </code>
/// While it loads, what the table does not hold is asked of the address actors, which recover one by one.
/// </summary>
internal sealed class ShardDirectory : UntypedActor, IWithTimers
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly int _shard;
    private readonly LocationTable _table;
    private readonly IBindingArchive _archive;
    private readonly ManagedNetworks _networks;
    private readonly CancellationTokenSource _stop = new();
    private uint _generation;
    private bool _isComplete;
    private string _problem = "";

    public ShardDirectory(int shard, LocationTable table, IBindingArchive archive, ManagedNetworks networks)
    {
        _shard = shard;
        _table = table;
        _archive = archive;
        _networks = networks;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(int shard, LocationTable table, IBindingArchive archive, ManagedNetworks networks) =>
        Akka.Actor.Props.Create(() => new ShardDirectory(shard, table, archive, networks));

    protected override void PreStart()
    {
        _generation = _table.Begin(_shard);
        Load();
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
            case Loaded loaded when loaded.Generation == _generation:
                _table.Complete(_shard);
                _isComplete = true;
                _problem = "";
                break;
            case Status.Failure failed:
                _problem = failed.Cause.GetBaseException().Message; // whoever opens the shards says it once for all of them
                Timers.StartSingleTimer(Retry.Instance, Retry.Instance, RetryInterval);
                break;
            case Retry:
                Load();
                break;
            case ShardProtocol.Stop:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Load()
    {
        var ranges = _table.Shards.RangesOf(_shard, _networks.Prefixes).ToArray();
        var generation = _generation;
        _archive.ReadNewestAsync(ranges, (binding, sequence) => _table.Load(binding, sequence, generation), _stop.Token)
            .PipeTo(Self, success: () => new Loaded(generation));
    }

    private sealed record Loaded(uint Generation);

    private sealed class Retry : INotInfluenceReceiveTimeout
    {
        public static readonly Retry Instance = new();
    }
}
