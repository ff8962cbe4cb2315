using System.Buffers.Binary;
using Leasequery.Actors.Locations;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;

namespace Leasequery.Actors.Serialization;

/// <summary>
/// A binding as bytes, for the store and for other nodes. Version 1, all numbers in network order:
/// <code>
///  0 address        4 state        5 htype       6 hlen        7 client identifier length
///  8 transaction   12 last transaction          16 expires    20 renews     24 rebinds
/// 28 relay         32 server       36 option 82 length (2)    38 options length (2)
/// 40 chaddr (hlen), client identifier, option 82, options
/// </code>
/// A later version gets a manifest of its own (see <see cref="LeasequerySerializer"/>) and this one stays readable. It begins
/// with the address, too, so that a version which cannot read it can say whose it is.
/// </summary>
internal static class BindingCodec
{
    private const int FixedSize = 40;

    public static int SizeOf(Binding binding) =>
        FixedSize + binding.Device.Length + (binding.ClientIdentifier?.Bytes.Length ?? 0) + binding.RelayAgentInformation.Length
        + binding.Options.Length;

    public static void Write(Binding binding, Span<byte> bytes)
    {
        Span<byte> chaddr = stackalloc byte[HardwareAddress.MaxLength];
        binding.Device.WriteField(chaddr);
        var identifier = binding.ClientIdentifier is { } known ? known.Bytes : default;
        binding.Address.Write(bytes);
        bytes[4] = (byte)binding.State;
        bytes[5] = binding.Device.Type;
        bytes[6] = binding.Device.Length;
        bytes[7] = (byte)identifier.Length;
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], binding.TransactionId);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], binding.LastTransactionAt);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[16..], binding.ExpiresAt);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[20..], binding.RenewsAt);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[24..], binding.RebindsAt);
        binding.Relay.Write(bytes[28..]);
        binding.Server.Write(bytes[32..]);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[36..], (ushort)binding.RelayAgentInformation.Length);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[38..], (ushort)binding.Options.Length);
        var rest = bytes[FixedSize..];
        rest = Append(rest, chaddr[..binding.Device.Length]);
        rest = Append(rest, identifier);
        rest = Append(rest, binding.RelayAgentInformation.Span);
        Append(rest, binding.Options.Span);
    }

    /// <summary>Whose binding it is, of whatever version.</summary>
    public static bool TryReadAddress(ReadOnlySpan<byte> bytes, out Ipv4Address address)
    {
        var isRead = bytes.Length >= sizeof(uint);
        address = isRead ? Ipv4Address.Read(bytes) : default;
        return isRead;
    }

    /// <exception cref="InvalidDataException">The bytes are no binding: the store is damaged, or of a later version.</exception>
    public static Binding Read(ReadOnlySpan<byte> bytes) => View(bytes).ToBinding();

    /// <summary>The binding in place: its spans point into the bytes.</summary>
    /// <exception cref="InvalidDataException">The bytes are no binding: the store is damaged, or of a later version.</exception>
    public static BindingImage View(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < FixedSize)
            throw Damaged(bytes);
        var (hardwareLength, identifierLength) = (bytes[6], bytes[7]);
        var informationLength = BinaryPrimitives.ReadUInt16BigEndian(bytes[36..]);
        var optionsLength = BinaryPrimitives.ReadUInt16BigEndian(bytes[38..]);
        var rest = bytes[FixedSize..];
        if (rest.Length != hardwareLength + identifierLength + informationLength + optionsLength)
            throw Damaged(bytes);
        var state = (BindingState)bytes[4];
        if (state is < BindingState.Leased or > BindingState.Configured
            || informationLength > Gleaning.MaxRelayAgentInformation
            || optionsLength > Gleaning.MaxKeptOptions)
            throw Damaged(bytes); // the table has neither such a state nor room for such a record
        if (!HardwareAddress.TryCreate(bytes[5], Take(ref rest, hardwareLength), out var device))
            throw Damaged(bytes);
        if (identifierLength is > 0 and < ClientIdentifier.MinLength)
            throw Damaged(bytes);
        return new BindingImage
        {
            Address = Ipv4Address.Read(bytes),
            State = state,
            Device = device,
            ClientIdentifier = Take(ref rest, identifierLength),
            TransactionId = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]),
            LastTransactionAt = BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]),
            ExpiresAt = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]),
            RenewsAt = BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]),
            RebindsAt = BinaryPrimitives.ReadUInt32BigEndian(bytes[24..]),
            Relay = Ipv4Address.Read(bytes[28..]),
            Server = Ipv4Address.Read(bytes[32..]),
            RelayAgentInformation = Take(ref rest, informationLength),
            Options = Take(ref rest, optionsLength),
        };
    }

    private static Span<byte> Append(Span<byte> destination, scoped ReadOnlySpan<byte> value)
    {
        value.CopyTo(destination);
        return destination[value.Length..];
    }

    private static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> rest, int length)
    {
        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }

    private static InvalidDataException Damaged(ReadOnlySpan<byte> bytes) =>
        new($"{bytes.Length} bytes that are no binding of version 1: "
            + $"{Convert.ToHexStringLower(bytes[..Math.Min(bytes.Length, 64)])}");
}
