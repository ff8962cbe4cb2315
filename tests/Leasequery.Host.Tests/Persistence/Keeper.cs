using Akka.Actor;
using Akka.Persistence;
using Leasequery.Domain.Bindings;

namespace Leasequery.Host.Tests.Persistence;

/// <summary>Stores what it is told, as an address actor does, and says what came of it.</summary>
internal sealed class Keeper(string persistenceId) : UntypedPersistentActor
{
    private Binding? _binding;
    private IActorRef _asker = ActorRefs.Nobody;

    public override string PersistenceId => persistenceId;

    public override Recovery Recovery { get; } = new(SnapshotSelectionCriteria.None);

    protected override void OnCommand(object message)
    {
        _asker = Sender;
        if (message is BindingEvent happened)
            Persist(happened, stored =>
            {
                _binding = stored.Binding;
                _asker.Tell($"stored {LastSequenceNr}");
            });
        else
            _asker.Tell((LastSequenceNr, _binding));
    }

    protected override void OnRecover(object message) =>
        _binding = message is BindingEvent happened ? happened.Binding : _binding;

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) => _asker.Tell("rejected");

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => _asker.Tell("failed");
}
