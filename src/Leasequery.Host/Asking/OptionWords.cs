using System.Buffers.Binary;
using System.Text;
using Leasequery.Wire;

namespace Leasequery.Host.Asking;

/// <summary>
/// What options are called and what their bytes say, for people. A table, and no more of it than people ask servers for: an
/// option that is not here is shown as bytes, and as text when it looks like one.
/// </summary>
internal static class OptionWords
{
    private enum Kind
    {
        Bytes,
        Addresses,
        Text,
        Number,
    }

    // RFC 2132 unless another is named.
    private static readonly Dictionary<int, (string Name, Kind Kind)> Options = new()
    {
        [1] = ("subnet mask", Kind.Addresses),
        [2] = ("time offset", Kind.Number),
        [3] = ("routers", Kind.Addresses),
        [4] = ("time servers", Kind.Addresses),
        [6] = ("domain name servers", Kind.Addresses),
        [7] = ("log servers", Kind.Addresses),
        [12] = ("host name", Kind.Text),
        [15] = ("domain name", Kind.Text),
        [28] = ("broadcast address", Kind.Addresses),
        [42] = ("ntp servers", Kind.Addresses),
        [43] = ("vendor-specific information", Kind.Bytes),
        [50] = ("requested address", Kind.Addresses),
        [51] = ("lease time", Kind.Number),
        [54] = ("server identifier", Kind.Addresses),
        [55] = ("parameter request list", Kind.Bytes),
        [56] = ("message", Kind.Text),
        [57] = ("maximum message size", Kind.Number),
        [58] = ("renewal time", Kind.Number),
        [59] = ("rebinding time", Kind.Number),
        [60] = ("vendor class", Kind.Text),
        [61] = ("client identifier", Kind.Bytes),
        [66] = ("tftp server name", Kind.Text),
        [67] = ("boot file name", Kind.Text),
        [77] = ("user class", Kind.Bytes), // RFC 3004
        [81] = ("client fqdn", Kind.Bytes), // RFC 4702
        [82] = ("relay agent information", Kind.Bytes), // RFC 3046
        [90] = ("authentication", Kind.Bytes), // RFC 3118
        [91] = ("client last transaction time", Kind.Number), // RFC 4388
        [92] = ("associated addresses", Kind.Addresses), // RFC 4388
        [118] = ("subnet selection", Kind.Addresses), // RFC 3011
        [121] = ("classless static routes", Kind.Bytes), // RFC 3442
        [122] = ("cablelabs client configuration", Kind.Bytes), // RFC 3495
        [125] = ("vendor-identifying information", Kind.Bytes), // RFC 3925
    };

    private static readonly Dictionary<RelaySubOption, (string Name, Kind Kind)> SubOptions = new()
    {
        [RelaySubOption.CircuitId] = ("circuit id", Kind.Bytes),
        [RelaySubOption.RemoteId] = ("remote id", Kind.Bytes),
        [RelaySubOption.LinkSelection] = ("link selection", Kind.Addresses),
        [RelaySubOption.SubscriberId] = ("subscriber id", Kind.Text),
        [RelaySubOption.VendorSpecific] = ("vendor specific", Kind.Bytes),
        [RelaySubOption.ServerIdentifierOverride] = ("server identifier override", Kind.Addresses),
        [RelaySubOption.RelayAgentIdentifier] = ("relay agent identifier", Kind.Bytes),
        [RelaySubOption.RelaySourcePort] = ("relay source port", Kind.Bytes),
        [RelaySubOption.VirtualSubnetSelection] = ("virtual subnet selection", Kind.Bytes),
    };

    /// <summary>An option in words.</summary>
    public static OptionView Describe(DhcpOption code, ReadOnlySpan<byte> value) =>
        Describe((int)code, Options.GetValueOrDefault((int)code), value);

    /// <summary>A sub-option of option 82 in words.</summary>
    public static OptionView Describe(RelaySubOption code, ReadOnlySpan<byte> value) =>
        Describe((int)code, SubOptions.GetValueOrDefault(code), value);

    /// <summary>
    /// The bytes as text; none unless all are printable ASCII. They come from the far side of a network, and a terminal obeys
    /// what is not.
    /// </summary>
    public static string? AsText(ReadOnlySpan<byte> value) =>
        value.IsEmpty || value.ContainsAnyExceptInRange((byte)' ', (byte)'~') ? null : Encoding.ASCII.GetString(value);

    private static OptionView Describe(int code, (string? Name, Kind Kind) known, ReadOnlySpan<byte> value)
    {
        var words = known.Kind switch
        {
            Kind.Addresses when value.Length > 0 && value.Length % Ipv4Address.Size == 0 =>
                string.Join(' ', ReadAddresses(value)),
            Kind.Number when value.Length == sizeof(uint) => BinaryPrimitives.ReadUInt32BigEndian(value).ToString(),
            Kind.Number when value.Length == sizeof(ushort) => BinaryPrimitives.ReadUInt16BigEndian(value).ToString(),
            Kind.Bytes or Kind.Text when AsText(value) is { } text => text,
            _ => null,
        };
        return new OptionView(code, known.Name, words, Convert.ToHexStringLower(value));
    }

    /// <summary>A list of addresses; what is left over at the end is not one.</summary>
    public static IReadOnlyList<string> ReadAddresses(ReadOnlySpan<byte> value)
    {
        var addresses = new List<string>();
        for (; value.Length >= Ipv4Address.Size; value = value[Ipv4Address.Size..])
            addresses.Add(Ipv4Address.Read(value).ToString());
        return addresses;
    }
}
