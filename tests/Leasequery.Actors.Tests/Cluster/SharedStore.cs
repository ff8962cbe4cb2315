using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Leasequery.Actors.Serialization;
using Leasequery.Actors.Stores;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;

namespace Leasequery.Actors.Tests.Cluster;

/// <summary>
/// The database that nodes share: the newest event of each address, writes fenced by the sequence number. Reads and writes take
/// their time, so that a hand-over falls into the middle of some.
/// </summary>
internal sealed class SharedStore : IBindingArchive
{
    private static readonly ConcurrentDictionary<string, SharedStore> Stores = [];
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(5);

    private readonly Lock _lock = new();
    private readonly LeasequerySerializer _serializer = new(null!); // the system is for messages only
    private readonly Dictionary<string, (long Sequence, BindingEvent Happened)> _rows = [];

    private readonly ConcurrentQueue<BindingEvent> _history = [];

    public SharedStore() => Stores[Name] = this;

    private string Name { get; } = Guid.NewGuid().ToString();

    /// <summary>All events in the order in which they were stored.</summary>
    public IReadOnlyCollection<BindingEvent> History => _history;

    /// <summary>Makes the journal of an actor system write here.</summary>
    public string Hocon => $$"""
        akka.persistence.journal.plugin = "shared-journal"
        shared-journal { class = "{{typeof(Journal).AssemblyQualifiedName}}", store = "{{Name}}"
          plugin-dispatcher = "akka.actor.default-dispatcher" }
        """;

    public async Task ReadNewestAsync(IReadOnlyList<(Ipv4Address First, Ipv4Address Last)> ranges, TakeStoredEvent take,
        CancellationToken stop)
    {
        List<(long Sequence, BindingEvent Happened)> rows;
        lock (_lock)
            rows = [.. _rows.Values.Where(row => ranges.Any(range => range.First <= row.Happened.Binding.Address
                && row.Happened.Binding.Address <= range.Last))];
        foreach (var (sequence, happened) in rows) // does not look whether it should stop: the worst that a store may do
        {
            await Task.Delay(Delay, CancellationToken.None);
            take(_serializer.Manifest(happened), _serializer.ToBinary(happened), sequence);
        }
    }

    private async Task<IImmutableList<Exception>> WriteAsync(IReadOnlyList<IPersistentRepresentation> events)
    {
        await Task.Delay(Delay);
        lock (_lock)
        {
            if (events.Any(one => one.SequenceNr != Highest(one.PersistenceId) + 1))
                throw new IOException("somebody else wrote");
            foreach (var one in events)
            {
                _rows[one.PersistenceId] = (one.SequenceNr, (BindingEvent)one.Payload);
                _history.Enqueue((BindingEvent)one.Payload);
            }
        }

        return null!; // all are stored; an empty list has too few results, and Akka takes that for a failure
    }

    private long Highest(string persistenceId) => _rows.TryGetValue(persistenceId, out var row) ? row.Sequence : 0;

    private sealed class Journal(Config config) : AsyncWriteJournal
    {
        private readonly SharedStore _store = Stores[config.GetString("store")];

        public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr,
            CancellationToken cancellationToken)
        {
            lock (_store._lock)
                return Task.FromResult(_store.Highest(persistenceId));
        }

        public override Task ReplayMessagesAsync(IActorContext context, string persistenceId, long fromSequenceNr,
            long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback)
        {
            lock (_store._lock)
            {
                if (_store._rows.TryGetValue(persistenceId, out var row) && row.Sequence <= toSequenceNr)
                    recoveryCallback(new Persistent(row.Happened, row.Sequence, persistenceId, sender: ActorRefs.NoSender));
            }

            return Task.CompletedTask;
        }

        protected override Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages,
            CancellationToken cancellationToken) =>
            _store.WriteAsync([.. messages.SelectMany(write => (IEnumerable<IPersistentRepresentation>)write.Payload)]);

        protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr,
            CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
