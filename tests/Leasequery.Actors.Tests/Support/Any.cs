using CsCheck;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;

namespace Leasequery.Actors.Tests.Support;

/// <summary>Random values for properties.</summary>
internal static class Any
{
    public static readonly Gen<Ipv4Address> Address = Gen.UInt.Select(value => new Ipv4Address(value));

    public static readonly Gen<HardwareAddress> Device = Gen.Select(Gen.Byte, Gen.Byte.Array[0, HardwareAddress.MaxLength],
        (type, bytes) => HardwareAddress.TryCreate(type, bytes, out var device) ? device : default);

    public static readonly Gen<ClientIdentifier?> Client = Gen.OneOf(
        Gen.Byte.Select(_ => (ClientIdentifier?)null),
        Gen.Byte.Array[ClientIdentifier.MinLength, 20].Select(Identifier),
        Gen.Byte.Array[ClientIdentifier.MaxLength].Select(Identifier));

    public static readonly Gen<Binding> Binding =
        Gen.Select(
            Gen.Select(Address, Gen.Enum<BindingState>(), Device, Client, Gen.UInt),
            Gen.Select(Time, Time, Time, Time),
            Gen.Select(Address, Address, Octets(Gleaning.MaxRelayAgentInformation), Octets(Gleaning.MaxKeptOptions)),
            (who, times, where) => new Binding(who.Item1, who.Item2, who.Item3, who.Item4, who.Item5,
                times.Item1, times.Item2, times.Item3, times.Item4, where.Item1, where.Item2, where.Item3, where.Item4));

    /// <summary>Moments around <see cref="Some.Now"/>, and at the ends of time.</summary>
    public static Gen<uint> Time => Gen.OneOf(
        Gen.UInt[Some.Now - 10, Some.Now + 10],
        Gen.UInt,
        Gen.OneOf<uint>(0u, Domain.Bindings.Binding.Never - 1, Domain.Bindings.Binding.Never));

    /// <summary>Nothing, something short, or up to the longest.</summary>
    public static Gen<OctetString> Octets(int longest) =>
        Gen.OneOf(Gen.Byte.Array[0, 0], Gen.Byte.Array[1, 40], Gen.Byte.Array[1, longest], Gen.Byte.Array[longest])
            .Select(bytes => OctetString.Copy(bytes));

    private static ClientIdentifier? Identifier(byte[] bytes) =>
        ClientIdentifier.TryCreate(bytes, out var identifier) ? identifier : null;
}
