using Leasequery.Actors.Membership;

namespace Leasequery.Actors.Serialization;

/// <summary>
/// The messages of <see cref="RollCallProtocol"/> as bytes, version 1: field by field in the order of the records.
/// </summary>
internal static class RollCallCodec
{
    public static void Write(BinaryWriter writer, RollCallProtocol.Call call)
    {
        MessageCodec.Write(writer, call.Caller);
        writer.Write(call.Incarnation);
        writer.Write(call.CalledAt);
    }

    public static RollCallProtocol.Call ReadCall(BinaryReader reader) =>
        new(MessageCodec.ReadEndpoint(reader), reader.ReadInt32(), reader.ReadInt64());

    public static void Write(BinaryWriter writer, RollCallProtocol.Present present)
    {
        MessageCodec.Write(writer, present.Node);
        writer.Write(present.CalledAt);
        writer.Write(present.IsMember);
        writer.Write(present.KnowsCaller);
        writer.Write(present.VotesForCaller);
    }

    public static RollCallProtocol.Present ReadPresent(BinaryReader reader) =>
        new(MessageCodec.ReadEndpoint(reader), reader.ReadInt64(), reader.ReadBoolean(), reader.ReadBoolean(),
            reader.ReadBoolean());
}
