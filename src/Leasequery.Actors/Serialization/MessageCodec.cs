using System.Runtime.CompilerServices;
using System.Text;
using Leasequery.Actors.Addresses;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Actors.Serialization;

/// <summary>
/// The messages that cross nodes as bytes, version 1. Field by field in the order of the records; optional parts behind a
/// length or a flag.
/// </summary>
internal static class MessageCodec
{
    public static void Write(BinaryWriter writer, AddressProtocol.Locate question)
    {
        var request = question.Request;
        Span<byte> parameters = stackalloc byte[256];
        var count = request.Parameters.Write(parameters);
        writer.Write(request.Address.Value);
        writer.Write(request.RelayAddress.Value);
        writer.Write(request.TransactionId);
        writer.Write(request.Flags);
        writer.Write((byte)request.QueryType);
        writer.Write(request.HasParameterList);
        writer.Write((ushort)count);
        writer.Write(parameters[..count]);
        writer.Write(request.WantsSourcePort);
        writer.Write((byte)question.Dialect);
        Write(writer, question.ReplyTo);
        Write(writer, question.Asked);
        writer.Write(question.AskedAt);
    }

    public static AddressProtocol.Locate ReadLocate(BinaryReader reader)
    {
        var request = new LeasequeryRequest(
            ReadAddress(reader),
            ReadAddress(reader),
            reader.ReadUInt32(),
            reader.ReadUInt16(),
            (DhcpMessageType)reader.ReadByte(),
            reader.ReadBoolean(),
            OptionSet.Read(ReadBytes(reader)),
            reader.ReadBoolean());
        return new AddressProtocol.Locate(request, ReadEnum<LeasequeryDialect>(reader), ReadEndpoint(reader),
            ReadEndpoint(reader), reader.ReadInt64());
    }

    public static void Write(BinaryWriter writer, AddressProtocol.Located located)
    {
        Write(writer, located.Question);
        writer.Write((byte)located.Finding);
        writer.Write(located.Binding is not null);
        if (located.Binding is not { } binding)
            return;
        var bytes = new byte[BindingCodec.SizeOf(binding)];
        BindingCodec.Write(binding, bytes);
        writer.Write((ushort)bytes.Length);
        writer.Write(bytes);
    }

    public static AddressProtocol.Located ReadLocated(BinaryReader reader)
    {
        var question = ReadLocate(reader);
        var finding = ReadEnum<Finding>(reader);
        return new AddressProtocol.Located(question, reader.ReadBoolean() ? BindingCodec.Read(ReadBytes(reader)) : null, finding);
    }

    public static void Write(BinaryWriter writer, AddressProtocol.Glean glean)
    {
        var observation = glean.Observation;
        writer.Write(observation is LeaseGranted);
        writer.Write(observation.Address.Value);
        WriteDevice(writer, observation.Device, observation.ClientIdentifier);
        writer.Write(observation.TransactionId);
        switch (observation)
        {
            case LeaseGranted granted:
                writer.Write(granted.LeaseSeconds);
                Write(writer, granted.RenewalSeconds);
                Write(writer, granted.RebindingSeconds);
                writer.Write(granted.Relay.Value);
                writer.Write(granted.Server.Value);
                Write(writer, granted.RelayAgentInformation.Span);
                Write(writer, granted.Options.Span);
                break;
            case LeaseGivenUp givenUp:
                writer.Write((byte)givenUp.As);
                break;
        }

        writer.Write(glean.SeenAt);
    }

    public static AddressProtocol.Glean ReadGlean(BinaryReader reader)
    {
        var isGranted = reader.ReadBoolean();
        var address = ReadAddress(reader);
        var (device, identifier) = ReadDevice(reader);
        var transaction = reader.ReadUInt32();
        Observation observation = isGranted
            ? new LeaseGranted(address, device, identifier, transaction, reader.ReadUInt32(), ReadOptional(reader),
                ReadOptional(reader), ReadAddress(reader), ReadAddress(reader), OctetString.Copy(ReadBytes(reader)),
                OctetString.Copy(ReadBytes(reader)))
            : new LeaseGivenUp(address, device, identifier, transaction, ReadEnum<BindingState>(reader));
        return new AddressProtocol.Glean(observation, reader.ReadInt64());
    }

    public static void Write(BinaryWriter writer, AddressProtocol.Gleaned gleaned)
    {
        writer.Write(gleaned.Address.Value);
        writer.Write(gleaned.SeenAt);
        writer.Write((byte)gleaned.Result);
    }

    public static AddressProtocol.Gleaned ReadGleaned(BinaryReader reader) =>
        new(ReadAddress(reader), reader.ReadInt64(), ReadEnum<GleanResult>(reader));

    public static byte[] Bytes<T>(T message, Action<BinaryWriter, T> write)
    {
        using var stream = new MemoryStream(128);
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        write(writer, message);
        writer.Flush();
        return stream.ToArray();
    }

    /// <exception cref="InvalidDataException">
    /// The bytes are no such message: damaged, or of a version that should have a manifest of its own.
    /// </exception>
    public static T Read<T>(byte[] bytes, Func<BinaryReader, T> read)
    {
        using var stream = new MemoryStream(bytes, writable: false);
        using var reader = new BinaryReader(stream, Encoding.UTF8);
        try
        {
            var message = read(reader);
            return stream.Position == stream.Length
                ? message
                : throw new InvalidDataException($"{stream.Length - stream.Position} bytes behind the end of {typeof(T).Name}");
        }
        catch (Exception cause) when (cause is IOException or FormatException)
        {
            throw new InvalidDataException($"{bytes.Length} bytes that are no {typeof(T).Name}", cause);
        }
    }

    internal static void WriteDevice(BinaryWriter writer, HardwareAddress device, ClientIdentifier? identifier)
    {
        Span<byte> chaddr = stackalloc byte[HardwareAddress.MaxLength];
        device.WriteField(chaddr);
        writer.Write(device.Type);
        Write(writer, chaddr[..device.Length]);
        Write(writer, identifier is null ? default : identifier.Bytes);
    }

    internal static (HardwareAddress Device, ClientIdentifier? Identifier) ReadDevice(BinaryReader reader)
    {
        var type = reader.ReadByte();
        if (!HardwareAddress.TryCreate(type, ReadBytes(reader), out var device))
            throw new InvalidDataException("a hardware address that is too long");
        var bytes = ReadBytes(reader);
        if (!ClientIdentifier.TryCreate(bytes, out var identifier) && bytes.Length > 0)
            throw new InvalidDataException($"{bytes.Length} bytes that are no client identifier");
        return (device, identifier);
    }

    internal static void Write(BinaryWriter writer, Ipv4Endpoint endpoint)
    {
        writer.Write(endpoint.Address.Value);
        writer.Write(endpoint.Port);
    }

    internal static void Write(BinaryWriter writer, scoped ReadOnlySpan<byte> value)
    {
        writer.Write((ushort)value.Length);
        writer.Write(value);
    }

    internal static void Write(BinaryWriter writer, uint? value)
    {
        writer.Write(value.HasValue);
        if (value is { } number)
            writer.Write(number);
    }

    internal static Ipv4Address ReadAddress(BinaryReader reader) => new(reader.ReadUInt32());

    internal static Ipv4Endpoint ReadEndpoint(BinaryReader reader) => new(ReadAddress(reader), reader.ReadUInt16());

    internal static byte[] ReadBytes(BinaryReader reader)
    {
        var length = reader.ReadUInt16();
        var bytes = reader.ReadBytes(length);
        return bytes.Length == length ? bytes : throw new EndOfStreamException();
    }

    // A value that no rule knows would end as an index out of a row of counters, far from here.
    internal static T ReadEnum<T>(BinaryReader reader)
        where T : struct, Enum
    {
        var value = Unsafe.BitCast<byte, T>(reader.ReadByte());
        return Enum.IsDefined(value) ? value : throw new InvalidDataException($"{value} is no {typeof(T).Name}");
    }

    internal static uint? ReadOptional(BinaryReader reader) => reader.ReadBoolean() ? reader.ReadUInt32() : null;
}
