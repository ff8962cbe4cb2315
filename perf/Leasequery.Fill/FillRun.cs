using Akka.Serialization;
using Leasequery.Actors.Addresses;
using Leasequery.Domain.Bindings;
using Leasequery.Load.Traffic;
using Leasequery.Wire;
using Microsoft.Data.Sqlite;

namespace Leasequery.Fill;

/// <summary>
/// Writes the first event of each address, made from the generator's DHCPACK by the rules of gleaning. No actor, no fence: nobody
/// else is there.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="first">The first address.</param>
/// <param name="relay">giaddr of the messages.</param>
internal sealed class FillRun(EmptyStore store, Ipv4Address first, Ipv4Address relay)
{
    private const int Batch = 50_000; // rows in a transaction; more gain nothing
    private const int MessageSize = 1024;
    private const uint LeaseSeconds = 7 * 86_400; // so that no lease ends while it is measured

    private static readonly OptionSet KeptOptions = OptionSet.Of(DhcpOption.SubnetMask, DhcpOption.Router); // as by default

    private readonly LeaseGrant _grant = new(relay, LeaseSeconds);
    private readonly byte[] _message = new byte[MessageSize];
    private readonly Serializer _serializer = store.Serialization.FindSerializerForType(typeof(LeaseBound));

    /// <summary>Writes so many bindings.</summary>
    public void Run(int count, CancellationToken cancellation)
    {
        using var connection = store.Connect();
        Execute(connection, "PRAGMA synchronous = OFF"); // what a power cut would take is made again
        for (var done = 0; done < count; done += Batch)
        {
            cancellation.ThrowIfCancellationRequested();
            Write(connection, done, Math.Min(done + Batch, count));
        }

        Execute(connection, "PRAGMA synchronous = FULL");
        Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)"); // the first start after this reads the file, not the log
    }

    private void Write(SqliteConnection connection, int from, int to)
    {
        using var transaction = connection.BeginTransaction();
        using var insert = new SqliteCommand("""
            INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid)
            VALUES ($created, 0, $id, 1, $message, $manifest, $serializer, $writer)
            """, connection, transaction);
        insert.Parameters.AddWithValue("$created", DateTime.UtcNow.Ticks);
        insert.Parameters.AddWithValue("$serializer", _serializer.Identifier);
        insert.Parameters.AddWithValue("$writer", Guid.NewGuid().ToString());
        var id = insert.Parameters.Add("$id", SqliteType.Text);
        var message = insert.Parameters.Add("$message", SqliteType.Blob);
        var manifest = insert.Parameters.Add("$manifest", SqliteType.Text);
        for (var index = from; index < to; index++)
        {
            var address = new Ipv4Address(first.Value + (uint)index);
            var bound = Bind(address, (uint)index);
            id.Value = PersistenceIds.Of(address);
            message.Value = _serializer.ToBinary(bound);
            manifest.Value = Akka.Serialization.Serialization.ManifestFor(_serializer, bound);
            insert.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    private BindingEvent Bind(Ipv4Address address, uint transaction)
    {
        var length = _grant.Write(_message, address, transaction);
        return DhcpPacket.TryParse(_message.AsSpan(0, length), out var packet, out _)
            && Gleaning.Observe(packet, KeptOptions, out _) is { } observation
            && BindingRules.Decide(null, observation, (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds()) is { } bound
                ? bound
                : throw new InvalidOperationException($"nothing is gleaned of the grant for {address}");
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = new SqliteCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
