namespace Leasequery.Host.Persistence;

/// <summary>
/// A row of Akka.Persistence.Sql's journal table. It leaves writer_uuid empty, which tells runs of an actor apart where a replay
/// has several events: here it has one, and the 36 characters would be a tenth of the store.
/// </summary>
/// <param name="PersistenceId">persistence_id.</param>
/// <param name="SequenceNumber">sequence_number.</param>
/// <param name="Created">created: .NET ticks, UTC, as the base class writes them.</param>
/// <param name="Serializer">identifier: which serializer wrote the message.</param>
/// <param name="Manifest">manifest.</param>
/// <param name="Message">message.</param>
internal sealed record JournalRow(string PersistenceId, long SequenceNumber, long Created, int Serializer, string Manifest,
    byte[] Message);
