using Akka.Actor;
using Leasequery.Actors.Upstream;
using Leasequery.Domain.Bindings;
using Leasequery.Domain.Upstream;
using Leasequery.Wire;

namespace Leasequery.Actors.Serialization;

/// <summary>
/// The messages of <see cref="ServerProtocol"/> as bytes, version 1: field by field in the order of the records.
/// </summary>
internal static class ServerMessageCodec
{
    public static void Write(BinaryWriter writer, ServerProtocol.Query query)
    {
        writer.Write(query.Server);
        writer.Write(query.Address.Value);
        writer.Write(Akka.Serialization.Serialization.SerializedActorPath(query.Asker));
        writer.Write(query.Round);
    }

    public static ServerProtocol.Query ReadQuery(BinaryReader reader, ExtendedActorSystem system) =>
        new(reader.ReadString(), MessageCodec.ReadAddress(reader), ReadActor(reader, system), reader.ReadInt32());

    public static void Write(BinaryWriter writer, ServerProtocol.Result result)
    {
        writer.Write(result.Server);
        writer.Write(result.Address.Value);
        writer.Write(Akka.Serialization.Serialization.SerializedActorPath(result.Asker));
        writer.Write(result.Round);
        writer.Write((byte)result.Verdict);
        writer.Write(result.Lease is not null);
        if (result.Lease is { } lease)
            Write(writer, lease);
    }

    // That it is a lease, or a device without one, the verdict says.
    public static ServerProtocol.Result ReadResult(BinaryReader reader, ExtendedActorSystem system)
    {
        var server = reader.ReadString();
        var address = MessageCodec.ReadAddress(reader);
        var asker = ReadActor(reader, system);
        var round = reader.ReadInt32();
        var verdict = MessageCodec.ReadEnum<ServerVerdict>(reader);
        var lease = reader.ReadBoolean() ? ReadLease(reader) with { IsConfigured = verdict == ServerVerdict.Configured } : null;
        return new ServerProtocol.Result(server, address, asker, round, verdict, lease);
    }

    public static void Write(BinaryWriter writer, ServerProtocol.Replied replied)
    {
        var reply = replied.Reply;
        writer.Write(replied.Server);
        writer.Write(reply.TransactionId);
        writer.Write((byte)reply.MessageType);
        writer.Write(reply.Address.Value);
        MessageCodec.WriteDevice(writer, reply.Device, reply.ClientIdentifier);
        MessageCodec.Write(writer, reply.RemainingSeconds);
        MessageCodec.Write(writer, reply.RenewalSeconds);
        MessageCodec.Write(writer, reply.RebindingSeconds);
        MessageCodec.Write(writer, reply.LastTransactionSeconds);
        writer.Write(reply.Server.Value);
        MessageCodec.Write(writer, reply.RelayAgentInformation.Span);
        MessageCodec.Write(writer, reply.Options.Span);
    }

    public static ServerProtocol.Replied ReadReplied(BinaryReader reader)
    {
        var server = reader.ReadString();
        var transaction = reader.ReadUInt32();
        var type = (DhcpMessageType)reader.ReadByte();
        var address = MessageCodec.ReadAddress(reader);
        var (device, identifier) = MessageCodec.ReadDevice(reader);
        return new ServerProtocol.Replied(server, new ServerReply(transaction, type, address, device, identifier,
            MessageCodec.ReadOptional(reader), MessageCodec.ReadOptional(reader), MessageCodec.ReadOptional(reader),
            MessageCodec.ReadOptional(reader), MessageCodec.ReadAddress(reader), OctetString.Copy(MessageCodec.ReadBytes(reader)),
            OctetString.Copy(MessageCodec.ReadBytes(reader))));
    }

    private static void Write(BinaryWriter writer, LeaseReported lease)
    {
        writer.Write(lease.Address.Value);
        MessageCodec.WriteDevice(writer, lease.Device, lease.ClientIdentifier);
        writer.Write(lease.TransactionId);
        writer.Write(lease.RemainingSeconds);
        MessageCodec.Write(writer, lease.RenewalSeconds);
        MessageCodec.Write(writer, lease.RebindingSeconds);
        MessageCodec.Write(writer, lease.LastTransactionSeconds);
        writer.Write(lease.Server.Value);
        MessageCodec.Write(writer, lease.RelayAgentInformation.Span);
        MessageCodec.Write(writer, lease.Options.Span);
    }

    private static LeaseReported ReadLease(BinaryReader reader)
    {
        var address = MessageCodec.ReadAddress(reader);
        var (device, identifier) = MessageCodec.ReadDevice(reader);
        return new LeaseReported(address, device, identifier, reader.ReadUInt32(), reader.ReadUInt32(),
            MessageCodec.ReadOptional(reader), MessageCodec.ReadOptional(reader), MessageCodec.ReadOptional(reader),
            MessageCodec.ReadAddress(reader), OctetString.Copy(MessageCodec.ReadBytes(reader)),
            OctetString.Copy(MessageCodec.ReadBytes(reader)));
    }

    private static IActorRef ReadActor(BinaryReader reader, ExtendedActorSystem system) =>
        system.Provider.ResolveActorRef(reader.ReadString());
}
