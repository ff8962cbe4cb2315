using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Event;
using Akka.Persistence;
using Akka.Persistence.Sql.Journal;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Locations;
using Leasequery.Domain.Bindings;

namespace Leasequery.Host.Persistence;

/// <summary>
/// The journal of the address actors: Akka.Persistence.Sql's, with the columns of its table, but with two ways of its own.
/// <list type="bullet">
/// <item>Events go straight to the <see cref="JournalWriter"/>, which groups commits and tells the actors. The base class makes
/// each one a transaction (on SQLite, 3,000 a second), and a circuit breaker, two tasks and a hop over one more
/// actor besides.</item>
/// <item>An actor starts from its record in the <see cref="LocationTable"/>, which has all that its newest event has. A record
/// that turns out to be stale, because an event was not stored over a newer one, is not started from again.</item>
/// </list>
/// Whatever else there is goes the base class's way.
/// </summary>
internal sealed class LeasequeryJournal : SqlWriteJournal
{
    // An actor that starts has told its shard to open: the shard's directory is there a moment later.
    private static readonly TimeSpan ArrivalLimit = TimeSpan.FromMilliseconds(300);

    private readonly IJournalStore _store;
    private readonly JournalWriter _writer;
    private readonly LocationTable _table;
    private readonly Akka.Serialization.Serialization _serialization = Context.System.Serialization;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    // The row that the highest sequence number was read from, until the replay that follows takes it: one read a recovery.
    private readonly ConcurrentDictionary<string, JournalRow> _newest = new();

    // Whose record in the table is stale, or may be: they start from the store once, and then their record is new.
    private readonly ConcurrentDictionary<string, bool> _stale = new();

    public LeasequeryJournal(Akka.Configuration.Config config)
        : base(config)
    {
        var setup = Context.System.Settings.Setup.Get<StoreSetup>().Value;
        _store = setup.Store;
        _writer = setup.Writer;
        _table = setup.Table;
    }

    protected override bool AroundReceive(Receive receive, object message) => message switch
    {
        WriteMessages write => TryWrite(write),
        ReplayMessages replay => TryRecover(replay),
        _ => false,
    } || base.AroundReceive(receive, message);

    public override async Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr,
        CancellationToken cancellationToken)
    {
        var wasStale = _stale.TryRemove(persistenceId, out _); // before the read: what turns out meanwhile is for the next start
        try
        {
            await TakenAsync(persistenceId, cancellationToken);
            if (await _store.ReadNewestAsync(persistenceId, cancellationToken) is not { } row)
                return 0;
            _newest[persistenceId] = row;
            return row.SequenceNumber;
        }
        catch (Exception cause)
        {
            if (wasStale)
                _stale[persistenceId] = true;
            if (cause is not (OperationCanceledException or TimeoutException))
                _writer.ReportUnreadable(cause);
            throw;
        }
    }

    // The newest event holds the whole state, so it is all there is to replay. One that cannot be read, because it is damaged or
    // of a later version, leaves its actor with nothing but its number: so the next event is stored over it.
    public override async Task ReplayMessagesAsync(IActorContext context, string persistenceId, long fromSequenceNr,
        long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback)
    {
        if (!_newest.TryRemove(persistenceId, out var row))
            row = await _store.ReadNewestAsync(persistenceId, CancellationToken.None);
        if (row is null || row.SequenceNumber < fromSequenceNr || row.SequenceNumber > toSequenceNr || max < 1)
            return;
        if (EventOf(row) is { } message)
            recoveryCallback(new Persistent(message, row.SequenceNumber, persistenceId, row.Manifest, false, ActorRefs.NoSender));
    }

    protected override async Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages,
        CancellationToken cancellationToken)
    {
        var results = new List<Exception?>();
        foreach (var write in messages.Select(message => Rows(EventsOf(message))).Select(_writer.WriteAsync).ToArray())
            results.Add(await write);
        return results.TrueForAll(result => result is null) ? null! : results.Select(result => result!).ToImmutableList();
    }

    // A shard that is not here (any more) is not taken, however long one waits; and whoever hands it over waits for its actors.
    private async Task TakenAsync(string persistenceId, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var taken = _store.TakenAsync(persistenceId, waiting.Token);
        while (!taken.IsCompleted && await Task.WhenAny(taken, Task.Delay(ArrivalLimit, cancellationToken)) != taken)
        {
            if (Holds(persistenceId))
                continue;
            await waiting.CancelAsync();
            throw new TimeoutException($"the shard of {persistenceId} is not here");
        }

        await taken;
    }

    private bool Holds(string persistenceId) =>
        !PersistenceIds.TryRead(persistenceId, out var address) || _table.Holds(_table.Shards.ShardOf(address));

    private bool TryWrite(WriteMessages message)
    {
        IReadOnlyList<IPersistentRepresentation>? events = null;
        foreach (var envelope in message.Messages)
        {
            if (envelope is not AtomicWrite write)
                return false; // something that is not for the store, in its order with what is
            events = events is null ? EventsOf(write) : [.. events, .. EventsOf(write)]; // an address actor has one at a time
        }

        _writer.Write(new ActorWrite(message, events ?? [], Rows(events ?? []), _stale));
        return true;
    }

    private static IReadOnlyList<IPersistentRepresentation> EventsOf(AtomicWrite write) =>
        (IReadOnlyList<IPersistentRepresentation>)write.Payload;

    private bool TryRecover(ReplayMessages message)
    {
        var id = message.PersistenceId;
        if (_stale.ContainsKey(id) || !PersistenceIds.TryRead(id, out var address))
            return false;
        var found = _table.Read(address, out var binding, out var number);
        if (found == LookUp.Unknown)
            return false;
        if (binding is not null && number >= message.FromSequenceNr && number <= message.ToSequenceNr && message.Max > 0)
            message.PersistentActor.Tell(new ReplayedMessage(new Persistent(EventOf(binding), number, id)), ActorRefs.NoSender);
        // 0: a shard that is complete has no such address.
        message.PersistentActor.Tell(new RecoverySuccess(number), ActorRefs.NoSender);
        return true;
    }

    private object? EventOf(JournalRow row)
    {
        try
        {
            return _serialization.Deserialize(row.Message, row.Serializer, row.Manifest);
        }
        catch (Exception cause) when (cause is InvalidDataException or SerializationException)
        {
            _log.Debug("{0} starts as if nothing were known of it: {1}", row.PersistenceId, cause.Message);
            return null;
        }
    }

    // Any kind of event restores the same binding; this is the one that made it.
    private static BindingEvent EventOf(Binding binding) => binding.State switch
    {
        BindingState.Leased => new LeaseBound(binding),
        BindingState.Configured => new DeviceConfigured(binding),
        _ => new LeaseEnded(binding),
    };

    private JournalRow[] Rows(IReadOnlyList<IPersistentRepresentation> events)
    {
        var created = DateTime.UtcNow.Ticks;
        var rows = new JournalRow[events.Count];
        for (var i = 0; i < rows.Length; i++)
        {
            var persistent = events[i];
            var serializer = _serialization.FindSerializerFor(persistent.Payload);
            rows[i] = new JournalRow(persistent.PersistenceId, persistent.SequenceNr, created, serializer.Identifier,
                Akka.Serialization.Serialization.ManifestFor(serializer, persistent.Payload),
                serializer.ToBinary(persistent.Payload));
        }

        return rows;
    }
}

/// <summary>Hands the store to the journal, which Akka makes.</summary>
/// <param name="store">The store.</param>
/// <param name="writer">Its writer.</param>
/// <param name="table">What actors start from where it can be.</param>
internal sealed class StoreSetup(IJournalStore store, JournalWriter writer, LocationTable table) : Setup
{
    public IJournalStore Store { get; } = store;

    public JournalWriter Writer { get; } = writer;

    public LocationTable Table { get; } = table;
}
