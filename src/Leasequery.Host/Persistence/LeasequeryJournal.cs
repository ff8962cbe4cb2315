using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Persistence;
using Akka.Persistence.Sql.Journal;

namespace Leasequery.Host.Persistence;

/// <summary>
/// The journal of the address actors: Akka.Persistence.Sql's, with its tables and its schema, but with a write path that groups
/// commits (the stock one makes each event a transaction of its own on SQLite: 3,000 events a second) and a recovery that reads
/// the one row that matters.
/// </summary>
internal sealed class LeasequeryJournal : SqlWriteJournal
{
    private readonly IJournalStore _store;
    private readonly JournalWriter _writer;
    private readonly Akka.Serialization.Serialization _serialization = Context.System.Serialization;

    // The row that the highest sequence number was read from, until the replay that follows takes it: one read a recovery.
    private readonly ConcurrentDictionary<string, JournalRow> _newest = new();

    public LeasequeryJournal(Akka.Configuration.Config config)
        : base(config)
    {
        var setup = Context.System.Settings.Setup.Get<StoreSetup>().Value;
        _store = setup.Store;
        _writer = setup.Writer;
    }

    protected override void PreStart()
    {
        base.PreStart();
        Self.Tell(SchemaCheck.Instance); // the base class puts messages by until its tables are there
    }

    protected override bool ReceivePluginInternal(object message)
    {
        if (message is not SchemaCheck)
            return base.ReceivePluginInternal(message);
        _store.SchemaExists();
        return true;
    }

    public override async Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken)
    {
        if (await _store.ReadNewestAsync(persistenceId, cancellationToken) is not { } row)
            return 0;
        _newest[persistenceId] = row;
        return row.SequenceNumber;
    }

    // The newest event holds the whole state, so it is all there is to replay.
    public override async Task ReplayMessagesAsync(IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr,
        long max, Action<IPersistentRepresentation> recoveryCallback)
    {
        if (!_newest.TryRemove(persistenceId, out var row))
            row = await _store.ReadNewestAsync(persistenceId, CancellationToken.None);
        if (row is null || row.SequenceNumber < fromSequenceNr || row.SequenceNumber > toSequenceNr || max < 1)
            return;
        var message = _serialization.Deserialize(row.Message, row.Serializer, row.Manifest);
        recoveryCallback(new Persistent(message, row.SequenceNumber, persistenceId, row.Manifest, false, ActorRefs.NoSender, row.Writer));
    }

    protected override async Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages,
        CancellationToken cancellationToken)
    {
        var results = new List<Exception?>();
        foreach (var write in messages.Select(Rows).Select(_writer.WriteAsync).ToArray())
            results.Add(await write);

        // A store that is away rejects: the actor keeps its state and goes on, instead of stopping and storming the store with
        // recoveries. Should the event be stored after all (a commit whose answer was lost), the next one has a higher number.
        return results.TrueForAll(result => result is null) ? null! : results.Select(result => result!).ToImmutableList();
    }

    private List<JournalRow> Rows(AtomicWrite write)
    {
        var created = DateTime.UtcNow.Ticks;
        var rows = new List<JournalRow>(write.Size);
        foreach (var persistent in (IImmutableList<IPersistentRepresentation>)write.Payload)
        {
            var serializer = _serialization.FindSerializerFor(persistent.Payload);
            rows.Add(new JournalRow(persistent.PersistenceId, persistent.SequenceNr, created, serializer.Identifier,
                Akka.Serialization.Serialization.ManifestFor(serializer, persistent.Payload), serializer.ToBinary(persistent.Payload),
                persistent.WriterGuid));
        }

        return rows;
    }

    private sealed class SchemaCheck
    {
        public static readonly SchemaCheck Instance = new();
    }
}

/// <summary>Hands the store to the journal, which Akka makes.</summary>
/// <param name="store">The store.</param>
/// <param name="writer">Its writer.</param>
internal sealed class StoreSetup(IJournalStore store, JournalWriter writer) : Setup
{
    public IJournalStore Store { get; } = store;

    public JournalWriter Writer { get; } = writer;
}
