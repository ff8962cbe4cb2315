using System.Buffers.Binary;

namespace Leasequery.Actors.Forwarding;

/// <summary>A message between the ingress of a node and the look-up actor of another.</summary>
internal interface ILookUpMessage;

/// <summary>
/// The conversation with the look-up actor of the node that owns a shard:
/// <code>
/// Questions --> Answers              what its table settles, in one message, or in some when they are long; the last one always
///           --> AddressProtocol.Located   one by one, from the address actors, for the rest
///           --> Moved                the shard is not there (any more); its questions go on through sharding
/// </code>
/// </summary>
internal static class LookUpProtocol
{
    /// <summary>Many <see cref="Question"/>s.</summary>
    public sealed class Questions(byte[] bytes) : Batch(bytes), ILookUpMessage
    {
        /// <exception cref="InvalidDataException">The bytes are none.</exception>
        public static Questions Read(byte[] bytes)
        {
            var rest = CheckHead(bytes, out var count);
            for (; count > 0; count--)
                if (!Question.TryTake(ref rest, out _))
                    throw NotOurs(bytes);
            return rest.IsEmpty ? new Questions(bytes) : throw NotOurs(bytes);
        }
    }

    /// <summary>Many answers, each a <see cref="Question"/> as it came and an <see cref="Answer"/> behind it.</summary>
    public sealed class Answers(byte[] bytes) : Batch(bytes), ILookUpMessage
    {
        /// <exception cref="InvalidDataException">The bytes are none.</exception>
        public static Answers Read(byte[] bytes)
        {
            var rest = CheckHead(bytes, out var count);
            for (; count > 0; count--)
                if (!Question.TryTake(ref rest, out _) || !Answer.TryTake(ref rest, out _))
                    throw NotOurs(bytes);
            return rest.IsEmpty ? new Answers(bytes) : throw NotOurs(bytes);
        }
    }

    /// <summary>A shard is not at the node that was asked.</summary>
    /// <param name="Shard">The shard.</param>
    public sealed record Moved(int Shard) : ILookUpMessage;

    /// <summary>
    /// A message that is its bytes, so that nothing is allocated for each of its entries. Version 1:
    /// <code>
    /// 0 ticket of the asking node's gate (8)    8 number of entries (2)    10 1: more answers follow    11 entries
    /// </code>
    /// </summary>
    /// <param name="bytes">All of it; nobody writes them any more.</param>
    public abstract class Batch(byte[] bytes)
    {
        public const int HeadSize = 11;
        private const int CountOffset = 8;
        private const int MoreOffset = 10;

        public byte[] Bytes => bytes;

        /// <summary>When it was asked, on the clock of the node that asks; see <see cref="Ingress.AdmissionGate"/>.</summary>
        public long Ticket => BinaryPrimitives.ReadInt64BigEndian(bytes);

        public int Count => BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(CountOffset));

        /// <summary>True when more answers to the same questions follow.</summary>
        public bool HasMore => bytes[MoreOffset] != 0;

        public ReadOnlySpan<byte> Entries => bytes.AsSpan(HeadSize);

        public override bool Equals(object? obj) =>
            obj is Batch other && other.GetType() == GetType() && other.Bytes.AsSpan().SequenceEqual(bytes);

        public override int GetHashCode() => HashCode.Combine(Ticket, bytes.Length);

        public static void WriteHead(Span<byte> destination, long ticket, int count, bool hasMore)
        {
            destination[MoreOffset] = hasMore ? (byte)1 : (byte)0;
            BinaryPrimitives.WriteInt64BigEndian(destination, ticket);
            BinaryPrimitives.WriteUInt16BigEndian(destination[CountOffset..], (ushort)count);
        }

        protected static ReadOnlySpan<byte> CheckHead(byte[] bytes, out int count)
        {
            if (bytes.Length < HeadSize || bytes[MoreOffset] > 1)
                throw NotOurs(bytes);
            count = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(CountOffset));
            return bytes.AsSpan(HeadSize);
        }

        protected static InvalidDataException NotOurs(byte[] bytes) =>
            new($"{bytes.Length} bytes that are no batch of version 1");
    }
}
