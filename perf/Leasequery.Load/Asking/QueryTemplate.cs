using System.Buffers.Binary;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Load.Asking;

/// <summary>
/// A query that is written once and sent often: only transaction id and address change. The generator has to be quick.
/// </summary>
internal sealed class QueryTemplate
{
    private const int TransactionOffset = 4; // xid and ciaddr in RFC 2131 figure 1
    private const int AddressOffset = 12;

    private readonly byte[] _bytes;

    public QueryTemplate(in LeasequeryRequest query)
    {
        Span<byte> message = stackalloc byte[LeasequeryReply.MaxSize];
        _bytes = message[..query.Write(message)].ToArray();
    }

    /// <summary>Writes the query about an address and returns its length.</summary>
    public int Write(Span<byte> message, Ipv4Address address, uint transaction)
    {
        _bytes.CopyTo(message);
        BinaryPrimitives.WriteUInt32BigEndian(message[TransactionOffset..], transaction);
        BinaryPrimitives.WriteUInt32BigEndian(message[AddressOffset..], address.Value);
        return _bytes.Length;
    }

    /// <summary>True when a message is the query about an address, byte for byte.</summary>
    public bool IsQuery(ReadOnlySpan<byte> message, Ipv4Address address, uint transaction) =>
        message.Length == _bytes.Length
        && BinaryPrimitives.ReadUInt32BigEndian(message[TransactionOffset..]) == transaction
        && BinaryPrimitives.ReadUInt32BigEndian(message[AddressOffset..]) == address.Value
        && IsSame(message, 0, TransactionOffset)
        && IsSame(message, TransactionOffset + sizeof(uint), AddressOffset)
        && IsSame(message, AddressOffset + sizeof(uint), _bytes.Length);

    private bool IsSame(ReadOnlySpan<byte> message, int from, int to) =>
        message[from..to].SequenceEqual(_bytes.AsSpan(from, to - from));
}
