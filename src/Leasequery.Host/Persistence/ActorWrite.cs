using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;

namespace Leasequery.Host.Persistence;

/// <summary>What one actor wants stored. It is told what became of it on the writer's thread, without a task for each event.</summary>
/// <param name="message">From the actor.</param>
/// <param name="writes">What the message holds.</param>
/// <param name="rows">The same as rows.</param>
/// <param name="stale">Takes the actor's persistence id when its state turns out to be stale.</param>
internal sealed class ActorWrite(WriteMessages message, AtomicWrite[] writes, JournalRow[] rows, ConcurrentDictionary<string, bool> stale)
    : PendingWrite(rows)
{
    public override void Complete(Exception? problem)
    {
        var actor = message.PersistentActor;
        if (Refusal is { } cause)
        {
            stale[Rows[0].PersistenceId] = true; // before the actor stops and its next one asks
            actor.Tell(new WriteMessagesFailed(cause, writes.Length), ActorRefs.NoSender);
            Tell(failed => new WriteMessageFailure(failed, cause, message.ActorInstanceId));
            return;
        }

        // A store that is away rejects: the actor keeps its state and goes on, instead of stopping and storming the store with
        // recoveries. Should the event be stored after all (a commit whose answer was lost), the next one has a higher number.
        actor.Tell(WriteMessagesSuccessful.Instance, ActorRefs.NoSender);
        if (problem is null)
            Tell(stored => new WriteMessageSuccess(stored, message.ActorInstanceId));
        else
            Tell(rejected => new WriteMessageRejected(rejected, problem, message.ActorInstanceId));
    }

    private void Tell(Func<IPersistentRepresentation, object> result)
    {
        foreach (var write in writes)
        foreach (var persistent in (IImmutableList<IPersistentRepresentation>)write.Payload)
            message.PersistentActor.Tell(result(persistent), persistent.Sender);
    }
}
