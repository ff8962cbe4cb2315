using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace Leasequery.Benchmarks.Entities;

/// <summary>
/// A journal that takes every event at once and keeps none: what is left is what actors and Akka.Persistence cost.
/// </summary>
public sealed class ForgettingJournal : AsyncWriteJournal
{
    /// <summary>Plugs it in.</summary>
    public static readonly string Hocon = $$"""
        akka.persistence.journal {
          plugin = "akka.persistence.journal.forgetting"
          forgetting {
            class = "{{typeof(ForgettingJournal).FullName}}, {{typeof(ForgettingJournal).Assembly.GetName().Name}}"
            plugin-dispatcher = "akka.actor.default-dispatcher"
          }
        }
        """;

    /// <inheritdoc/>
    public override Task ReplayMessagesAsync(IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr,
        long max, Action<IPersistentRepresentation> recoveryCallback) => Task.CompletedTask;

    /// <inheritdoc/>
    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr,
        CancellationToken cancellationToken) => Task.FromResult(0L);

    /// <inheritdoc/>
    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages,
        CancellationToken cancellationToken) => Task.FromResult<IImmutableList<Exception>>(null!); // null for all stored

    /// <inheritdoc/>
    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken) =>
        Task.CompletedTask;
}
