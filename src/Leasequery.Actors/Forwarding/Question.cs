using System.Buffers.Binary;
using Leasequery.Actors.Addresses;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Actors.Forwarding;

/// <summary>
/// A query between nodes: all that its answer needs, so that the node that asks keeps nothing. Who may ask, in which dialect it
/// is answered and where to is decided already. Version 1, all numbers in network order:
/// <code>
///  0 address        4 giaddr      8 xid   12 flags (2)   14 query type   15 dialect
/// 16 reply-to address            20 reply-to port (2)    22 asked port (2)
/// 24 asked address               28 bits: 1 there is a parameter request list, 2 wants its source port
/// 29 the list as 256 bits, when there is one
/// </code>
/// </summary>
internal readonly record struct Question(LeasequeryRequest Request, LeasequeryDialect Dialect, Ipv4Endpoint ReplyTo,
    Ipv4Endpoint Asked)
{
    public const int MaxSize = FixedSize + OptionSet.BitsSize;
    private const int FixedSize = 29;
    private const int DialectOffset = 15;
    private const int BitsOffset = 28;
    private const byte HasListBit = 1;
    private const byte SourcePortBit = 2;
    private static readonly int Dialects = Enum.GetValues<LeasequeryDialect>().Length;

    /// <summary>Writes the question and returns its size.</summary>
    public int Write(Span<byte> bytes)
    {
        Request.Address.Write(bytes);
        Request.RelayAddress.Write(bytes[4..]);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], Request.TransactionId);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[12..], Request.Flags);
        bytes[14] = (byte)Request.QueryType;
        bytes[DialectOffset] = (byte)Dialect;
        ReplyTo.Address.Write(bytes[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[20..], ReplyTo.Port);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[22..], Asked.Port);
        Asked.Address.Write(bytes[24..]);
        bytes[BitsOffset] = (byte)((Request.HasParameterList ? HasListBit : 0) | (Request.WantsSourcePort ? SourcePortBit : 0));
        if (!Request.HasParameterList)
            return FixedSize;
        Request.Parameters.WriteBits(bytes[FixedSize..]);
        return MaxSize;
    }

    /// <summary>Takes the bytes of the next question off the front; false when they are none.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> question)
    {
        question = default;
        if (rest.Length < FixedSize || rest[DialectOffset] >= Dialects || rest[BitsOffset] > (HasListBit | SourcePortBit))
            return false;
        var size = (rest[BitsOffset] & HasListBit) != 0 ? MaxSize : FixedSize;
        if (rest.Length < size)
            return false;
        question = rest[..size];
        rest = rest[size..];
        return true;
    }

    /// <summary>Takes the bytes of the next question off the front, of a batch that was checked.</summary>
    public static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest) =>
        TryTake(ref rest, out var question) ? question : throw new InvalidDataException("a batch that was not checked");

    /// <summary>The address that the question is about.</summary>
    public static Ipv4Address AddressOf(ReadOnlySpan<byte> question) => Ipv4Address.Read(question);

    /// <summary>Reads the bytes of one question.</summary>
    public static Question Read(ReadOnlySpan<byte> question)
    {
        var hasList = (question[BitsOffset] & HasListBit) != 0;
        var request = new LeasequeryRequest(
            Ipv4Address.Read(question),
            Ipv4Address.Read(question[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(question[8..]),
            BinaryPrimitives.ReadUInt16BigEndian(question[12..]),
            (DhcpMessageType)question[14],
            hasList,
            hasList ? OptionSet.ReadBits(question[FixedSize..]) : default,
            (question[BitsOffset] & SourcePortBit) != 0);
        return new Question(
            request,
            (LeasequeryDialect)question[DialectOffset],
            new Ipv4Endpoint(Ipv4Address.Read(question[16..]), BinaryPrimitives.ReadUInt16BigEndian(question[20..])),
            new Ipv4Endpoint(Ipv4Address.Read(question[24..]), BinaryPrimitives.ReadUInt16BigEndian(question[22..])));
    }

    /// <summary>The same question to the address's actor.</summary>
    public AddressProtocol.Locate ToLocate(long ticket) => new(Request, Dialect, ReplyTo, Asked, ticket);
}
