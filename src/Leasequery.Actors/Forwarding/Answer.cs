using System.Buffers.Binary;
using Leasequery.Actors.Locations;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Actors.Forwarding;

/// <summary>
/// What a node knows of an address, for another node to tell: the values, a third of the bytes of the reply that they become.
/// Times are absolute. Version 1, all numbers in network order:
/// <code>
///  0 outcome    1 htype    2 hlen    3 client identifier length    4 option 82 length (2)    6 options length (2)
///  8 expires   12 renews  16 rebinds  20 last transaction
/// 24 chaddr (hlen), client identifier, option 82, options
/// </code>
/// </summary>
internal static class Answer
{
    public const int MaxSize = FixedSize + HardwareAddress.MaxLength + LocationSlot.MaxVariable;
    private const int FixedSize = 24;
    private static readonly int Outcomes = Enum.GetValues<LeasequeryOutcome>().Length;

    /// <summary>Writes the answer into <see cref="MaxSize"/> bytes and returns its size.</summary>
    public static int Write(Span<byte> bytes, in LeasequeryAnswer answer)
    {
        bytes[0] = (byte)answer.Outcome;
        bytes[1] = answer.Device.Type;
        bytes[2] = answer.Device.Length;
        bytes[3] = (byte)answer.ClientIdentifier.Length;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], (ushort)answer.RelayAgentInformation.Length);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)answer.Options.Length);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], answer.ExpiresAt);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], answer.RenewsAt);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[16..], answer.RebindsAt);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[20..], answer.LastTransactionAt);
        answer.Device.WriteField(bytes[FixedSize..]); // 16 bytes; what follows overwrites those behind the address
        var size = FixedSize + answer.Device.Length;
        answer.ClientIdentifier.CopyTo(bytes[size..]);
        size += answer.ClientIdentifier.Length;
        answer.RelayAgentInformation.CopyTo(bytes[size..]);
        size += answer.RelayAgentInformation.Length;
        answer.Options.CopyTo(bytes[size..]);
        return size + answer.Options.Length;
    }

    /// <summary>Takes the next answer off the front; false when there is none. Its spans point into the bytes.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> rest, out LeasequeryAnswer answer)
    {
        answer = default;
        if (rest.Length < FixedSize || rest[0] >= Outcomes)
            return false;
        var head = rest[..FixedSize];
        int identifierLength = head[3], informationLength = BinaryPrimitives.ReadUInt16BigEndian(head[4..]);
        var size = FixedSize + head[2] + identifierLength + informationLength + BinaryPrimitives.ReadUInt16BigEndian(head[6..]);
        if (rest.Length < size || !HardwareAddress.TryCreate(head[1], rest.Slice(FixedSize, head[2]), out var device))
            return false;
        var variable = rest[(FixedSize + head[2])..size];
        rest = rest[size..];
        answer = new LeasequeryAnswer
        {
            Outcome = (LeasequeryOutcome)head[0],
            Device = device,
            ExpiresAt = BinaryPrimitives.ReadUInt32BigEndian(head[8..]),
            RenewsAt = BinaryPrimitives.ReadUInt32BigEndian(head[12..]),
            RebindsAt = BinaryPrimitives.ReadUInt32BigEndian(head[16..]),
            LastTransactionAt = BinaryPrimitives.ReadUInt32BigEndian(head[20..]),
            ClientIdentifier = variable[..identifierLength],
            RelayAgentInformation = variable.Slice(identifierLength, informationLength),
            Options = variable[(identifierLength + informationLength)..],
        };
        return true;
    }

    /// <summary>Takes the next answer off the front, of a batch that was checked.</summary>
    public static LeasequeryAnswer Take(ref ReadOnlySpan<byte> rest) =>
        TryTake(ref rest, out var answer) ? answer : throw new InvalidDataException("a batch that was not checked");
}
