using System.Buffers.Binary;

namespace Leasequery.Actors.Forwarding;

/// <summary>
/// A message between nodes that is its bytes, so that nothing is allocated for each of its entries. Version 1:
/// <code>
/// 0 ticket of the gate that its entries came in by (8)    8 number of entries (2)    10 1: more answers follow    11 entries
/// </code>
/// </summary>
/// <param name="bytes">All of it; nobody writes them any more.</param>
internal abstract class Batch(byte[] bytes)
{
    public const int HeadSize = 11;
    private const int CountOffset = 8;
    private const int MoreOffset = 10;

    public byte[] Bytes => bytes;

    /// <summary>When its entries came in, on the clock of that node; see <see cref="Ingress.AdmissionGate"/>.</summary>
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
