using Akka.Actor;
using Akka.Event;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Forwarding;
using Leasequery.Actors.Locations;

namespace Leasequery.Actors.Delivery;

/// <summary>
/// Takes what one other node has gleaned and tells the address actors, by the shard region: a shard that has just moved is found.
/// They answer here, and what came of it goes back together.
/// </summary>
internal sealed class DeliveryDesk : UntypedActor, IWithTimers
{
    /// <summary>
    /// What came of something waits for company so long: a group commit of the store, which tells many at once.
    /// </summary>
    public static readonly TimeSpan ResultDelay = TimeSpan.FromMilliseconds(5);

    private readonly IActorRef _forwarder;
    private readonly LocationTable _table;
    private readonly IActorRef _addresses;
    private readonly BatchWriter _results = new();
    private readonly HashSet<int> _moved = [];
    private long _ticket;

    public DeliveryDesk(IActorRef forwarder, LocationTable table, IActorRef addresses)
    {
        _forwarder = forwarder;
        _table = table;
        _addresses = addresses;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IActorRef forwarder, LocationTable table, IActorRef addresses) =>
        Akka.Actor.Props.Create(() => new DeliveryDesk(forwarder, table, addresses));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case DeliveryProtocol.Observations observations:
                OnObservations(observations);
                break;
            case AddressProtocol.Gleaned gleaned:
                OnGleaned(gleaned);
                break;
            case Tick:
                SendResults();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnObservations(DeliveryProtocol.Observations observations)
    {
        var rest = observations.Entries;
        for (var left = observations.Count; left > 0; left--)
        {
            var observation = ObservationCodec.Take(ref rest);
            _addresses.Tell(new AddressProtocol.Glean(observation, observations.Ticket), Self);
            var shard = _table.Shards.ShardOf(observation.Address);
            if (!_table.Holds(shard))
                _moved.Add(shard);
        }

        _forwarder.Tell(DeliveryProtocol.Taken.Instance);
        foreach (var shard in _moved)
            _forwarder.Tell(new LookUpProtocol.Moved(shard));
        _moved.Clear();
    }

    private void OnGleaned(AddressProtocol.Gleaned gleaned)
    {
        if (_results.Count > 0 && (_ticket != gleaned.SeenAt || _results.Next.Length < DeliveryProtocol.Results.EntrySize))
            SendResults();
        if (_results.Count == 0)
            Timers.StartSingleTimer(Tick.Instance, Tick.Instance, ResultDelay);
        _ticket = gleaned.SeenAt;
        _results.Add(DeliveryProtocol.Results.Write(_results.Next, gleaned.Address, gleaned.Result));
    }

    private void SendResults()
    {
        if (_results.Count > 0)
            _forwarder.Tell(new DeliveryProtocol.Results(_results.Take(_ticket)));
    }

    private sealed class Tick : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        public static readonly Tick Instance = new();
    }
}
