using System.Buffers.Binary;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;

namespace Leasequery.Actors.Delivery;

/// <summary>
/// What a DHCP message said about an address, for the node that owns it: the values, a third of the bytes of the message. Version
/// 1, all numbers in network order:
/// <code>
///  0 state: leased, or given up as released or declined    1 htype    2 hlen    3 client identifier length
///  4 address        8 transaction
/// of a lease only:
/// 12 lease seconds 16 renewal 20 rebinding 24 relay 28 server 32 option 82 length (2) 34 options length (2)
/// 36 bits: 1 there is a renewal time, 2 there is a rebinding time
/// then chaddr (hlen), client identifier, option 82, options
/// </code>
/// </summary>
internal static class ObservationCodec
{
    public const int MaxSize = LeaseSize + HardwareAddress.MaxLength + ClientIdentifier.MaxLength
        + Gleaning.MaxRelayAgentInformation + Gleaning.MaxKeptOptions;

    private const int HeadSize = 12;
    private const int LeaseSize = 37;
    private const int BitsOffset = 36;
    private const byte RenewalBit = 1;
    private const byte RebindingBit = 2;

    /// <summary>Writes what was gleaned into <see cref="MaxSize"/> bytes and returns its size.</summary>
    public static int Write(Span<byte> bytes, Observation observation)
    {
        var identifier = observation.ClientIdentifier is { } known ? known.Bytes : default;
        bytes[1] = observation.Device.Type;
        bytes[2] = observation.Device.Length;
        bytes[3] = (byte)identifier.Length;
        observation.Address.Write(bytes[4..]);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], observation.TransactionId);
        switch (observation)
        {
            case LeaseGranted granted:
                bytes[0] = (byte)BindingState.Leased;
                WriteLease(bytes, granted);
                var size = WriteDevice(bytes, LeaseSize, observation.Device, identifier);
                size = Append(bytes, size, granted.RelayAgentInformation.Span);
                return Append(bytes, size, granted.Options.Span);
            case LeaseGivenUp givenUp:
                bytes[0] = (byte)givenUp.As;
                return WriteDevice(bytes, HeadSize, observation.Device, identifier);
            default:
                throw new ArgumentException($"{observation.GetType().Name} is not gleaned", nameof(observation));
        }
    }

    /// <summary>Takes the bytes of the next observation off the front; false when they are none.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> observation)
    {
        observation = default;
        if (rest.Length < HeadSize
            || (BindingState)rest[0] is not (BindingState.Leased or BindingState.Released or BindingState.Declined))
            return false;
        var isLease = IsLease(rest);
        if (isLease && (rest.Length < LeaseSize || rest[BitsOffset] > (RenewalBit | RebindingBit)))
            return false;
        int hardwareLength = rest[2], identifierLength = rest[3];
        var (informationLength, optionsLength) = isLease ? LengthsOf(rest) : (0, 0);
        if (hardwareLength > HardwareAddress.MaxLength || identifierLength is > 0 and < ClientIdentifier.MinLength
            || informationLength > Gleaning.MaxRelayAgentInformation || optionsLength > Gleaning.MaxKeptOptions)
            return false;
        var size = (isLease ? LeaseSize : HeadSize) + hardwareLength + identifierLength + informationLength + optionsLength;
        if (rest.Length < size)
            return false;
        observation = rest[..size];
        rest = rest[size..];
        return true;
    }

    /// <summary>Takes the next observation off the front, of a batch that was checked.</summary>
    public static Observation Take(ref ReadOnlySpan<byte> rest) =>
        TryTake(ref rest, out var observation)
            ? Read(observation)
            : throw new InvalidDataException("a batch that was not checked");

    private static Observation Read(ReadOnlySpan<byte> bytes)
    {
        var address = Ipv4Address.Read(bytes[4..]);
        var transaction = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
        var rest = bytes[(IsLease(bytes) ? LeaseSize : HeadSize)..];
        HardwareAddress.TryCreate(bytes[1], Next(ref rest, bytes[2]), out var device);
        ClientIdentifier.TryCreate(Next(ref rest, bytes[3]), out var identifier);
        if (!IsLease(bytes))
            return new LeaseGivenUp(address, device, identifier, transaction, (BindingState)bytes[0]);
        var (informationLength, optionsLength) = LengthsOf(bytes);
        return new LeaseGranted(
            address,
            device,
            identifier,
            transaction,
            BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]),
            (bytes[BitsOffset] & RenewalBit) != 0 ? BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]) : null,
            (bytes[BitsOffset] & RebindingBit) != 0 ? BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]) : null,
            Ipv4Address.Read(bytes[24..]),
            Ipv4Address.Read(bytes[28..]),
            OctetString.Copy(Next(ref rest, informationLength)),
            OctetString.Copy(Next(ref rest, optionsLength)));
    }

    private static void WriteLease(Span<byte> bytes, LeaseGranted granted)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], granted.LeaseSeconds);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[16..], granted.RenewalSeconds ?? 0);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[20..], granted.RebindingSeconds ?? 0);
        granted.Relay.Write(bytes[24..]);
        granted.Server.Write(bytes[28..]);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[32..], (ushort)granted.RelayAgentInformation.Length);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[34..], (ushort)granted.Options.Length);
        bytes[BitsOffset] =
            (byte)((granted.RenewalSeconds is null ? 0 : RenewalBit) | (granted.RebindingSeconds is null ? 0 : RebindingBit));
    }

    private static int WriteDevice(Span<byte> bytes, int size, HardwareAddress device, ReadOnlySpan<byte> identifier)
    {
        Span<byte> chaddr = stackalloc byte[HardwareAddress.MaxLength];
        device.WriteField(chaddr);
        return Append(bytes, Append(bytes, size, chaddr[..device.Length]), identifier);
    }

    private static int Append(Span<byte> bytes, int size, scoped ReadOnlySpan<byte> value)
    {
        value.CopyTo(bytes[size..]);
        return size + value.Length;
    }

    private static bool IsLease(ReadOnlySpan<byte> bytes) => bytes[0] == (byte)BindingState.Leased;

    private static (int Information, int Options) LengthsOf(ReadOnlySpan<byte> lease) =>
        (BinaryPrimitives.ReadUInt16BigEndian(lease[32..]), BinaryPrimitives.ReadUInt16BigEndian(lease[34..]));

    private static ReadOnlySpan<byte> Next(scoped ref ReadOnlySpan<byte> rest, int length)
    {
        var next = rest[..length];
        rest = rest[length..];
        return next;
    }
}
