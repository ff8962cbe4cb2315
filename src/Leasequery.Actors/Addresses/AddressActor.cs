using Akka.Actor;
using Akka.Persistence;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Monitoring;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;

namespace Leasequery.Actors.Addresses;

/// <summary>
/// One IPv4 address: the only writer of what is known of it. Gleaned messages become events; an event is stored, then applied,
/// then published to the <see cref="LocationTable"/>, from which the datagram loops answer. Nothing is told before it is stored.
/// </summary>
internal sealed class AddressActor : UntypedPersistentActor
{
    private readonly Ipv4Address _address;
    private readonly LocationTable _table;
    private readonly LeasequeryMetrics _metrics;
    private readonly TimeProvider _clock;
    private Binding? _binding;
    private IActorRef _gleaner = ActorRefs.Nobody; // who waits for the event that is being stored
    private long _seenAt;

    public AddressActor(Ipv4Address address, LocationTable table, LeasequeryMetrics metrics, TimeProvider clock)
    {
        _address = address;
        _table = table;
        _metrics = metrics;
        _clock = clock;
        PersistenceId = PersistenceIds.Of(address);
        // The newest event is the whole state: there is nothing that a snapshot would shorten.
        SnapshotPluginId = "akka.persistence.no-snapshot-store";
    }

    public override string PersistenceId { get; }

    public override Recovery Recovery { get; } = new(SnapshotSelectionCriteria.None);

    public static Props Props(Ipv4Address address, LocationTable table, LeasequeryMetrics metrics, TimeProvider clock) =>
        Akka.Actor.Props.Create(() => new AddressActor(address, table, metrics, clock));

    protected override void PreStart()
    {
        _metrics.AddressActorStarted();
        base.PreStart();
    }

    protected override void PostStop()
    {
        _metrics.AddressActorStopped();
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
                Sender.Tell(new AddressProtocol.Located(question, _binding));
                break;
            case AddressProtocol.Glean glean:
                OnGlean(glean);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) => OnNotStored();

    /// <summary>
    /// The store has news of this address that this actor has not: another one wrote. Akka stops it after this; the next
    /// message starts one that recovers from the store.
    /// </summary>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => OnNotStored();

    protected override void OnRecoveryFailure(Exception reason, object? message = null) => _metrics.RecoveryFailed(_address, reason);

    private void OnGlean(AddressProtocol.Glean glean)
    {
        var happened = BindingRules.Decide(_binding, glean.Observation, _clock.NowInUnixSeconds());
        if (happened is null)
        {
            Sender.Tell(new AddressProtocol.Gleaned(_address, glean.SeenAt, GleanResult.Unchanged));
            return;
        }

        (_gleaner, _seenAt) = (Sender, glean.SeenAt);
        Persist(happened, OnStored);
    }

    private void OnStored(BindingEvent happened)
    {
        _binding = BindingRules.Apply(_binding, happened);
        Publish();
        _gleaner.Tell(new AddressProtocol.Gleaned(_address, _seenAt, GleanResult.Stored));
    }

    private void OnNotStored() => _gleaner.Tell(new AddressProtocol.Gleaned(_address, _seenAt, GleanResult.NotStored));

    private void Publish() => _table.Publish(_binding!, LastSequenceNr);
}
