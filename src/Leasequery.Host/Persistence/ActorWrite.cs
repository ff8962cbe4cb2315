using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Persistence;

namespace Leasequery.Host.Persistence;

/// <summary>
/// What one actor wants stored. It is told what became of it on the writer's thread, without a task for each event.
/// </summary>
/// <param name="message">From the actor.</param>
/// <param name="events">What the message holds.</param>
/// <param name="rows">The same as rows.</param>
/// <param name="stale">Takes the actor's persistence id when its state is stale, or may be.</param>
internal sealed class ActorWrite(WriteMessages message, IReadOnlyList<IPersistentRepresentation> events, JournalRow[] rows,
    ConcurrentDictionary<string, bool> stale) : PendingWrite(rows)
{
    public override void Complete(Exception? problem)
    {
        var actor = message.PersistentActor;
        if (Refusal is not null || IsInDoubt)
            stale[Rows[0].PersistenceId] = true; // before the actor stops and its next one asks
        if (Refusal is { } refusal)
        {
            problem = refusal;
            actor.Tell(new WriteMessagesFailed(problem, message.Messages.Count()), ActorRefs.NoSender);
        }
        else
        {
            actor.Tell(WriteMessagesSuccessful.Instance, ActorRefs.NoSender);
        }

        for (var i = 0; i < events.Count; i++)
            actor.Tell(ResultOf(events[i], problem), events[i].Sender);
    }

    // A store that is away rejects: the actor keeps its state and goes on, instead of stopping and storming the store with
    // recoveries. Should the event be stored after all (a commit whose answer was lost), the next one has a higher number;
    // and who starts after it starts from the store.
    private object ResultOf(IPersistentRepresentation happened, Exception? problem) => problem switch
    {
        null => new WriteMessageSuccess(happened, message.ActorInstanceId),
        StaleWriterException or SupersededWriterException => new WriteMessageFailure(happened, problem, message.ActorInstanceId),
        _ => new WriteMessageRejected(happened, problem, message.ActorInstanceId),
    };
}
