namespace Leasequery.Host.Persistence;

/// <summary>A row of Akka.Persistence.Sql's journal table.</summary>
/// <param name="PersistenceId">persistence_id.</param>
/// <param name="SequenceNumber">sequence_number.</param>
/// <param name="Created">created: .NET ticks, UTC, as the base class writes them.</param>
/// <param name="Serializer">identifier: which serializer wrote the message.</param>
/// <param name="Manifest">manifest.</param>
/// <param name="Message">message.</param>
/// <param name="Writer">writer_uuid: which run of which actor wrote it.</param>
internal sealed record JournalRow(string PersistenceId, long SequenceNumber, long Created, int Serializer, string Manifest,
    byte[] Message, string Writer);
