using System.Collections.Frozen;
using System.Text;
using Leasequery.Domain.Bindings;
using Leasequery.Domain.Networks;
using Leasequery.Wire;

namespace Leasequery.Actors.Settings;

/// <summary>leasequery.static-devices: devices that the operator vouches for (N24, N35).</summary>
internal static class StaticDeviceSettings
{
    private const string Information = "relay-agent-information";

    private static readonly FrozenDictionary<string, RelaySubOption> SubOptions = new Dictionary<string, RelaySubOption>
    {
        ["circuit-id"] = RelaySubOption.CircuitId,
        ["remote-id"] = RelaySubOption.RemoteId,
        ["link-selection"] = RelaySubOption.LinkSelection,
        ["subscriber-id"] = RelaySubOption.SubscriberId,
        ["vendor-specific"] = RelaySubOption.VendorSpecific,
        ["server-identifier-override"] = RelaySubOption.ServerIdentifierOverride,
        ["relay-agent-identifier"] = RelaySubOption.RelayAgentIdentifier,
        ["virtual-subnet-selection"] = RelaySubOption.VirtualSubnetSelection,
    }.ToFrozenDictionary();

    public static IReadOnlyDictionary<Ipv4Address, StaticDevice> Read(SettingsReader root, ManagedNetworks networks)
    {
        var devices = new Dictionary<Ipv4Address, StaticDevice>();
        foreach (var entry in root.Objects("static-devices", "address", "hardware", Information, "infinite-lease"))
        {
            var address = entry.Parsed<Ipv4Address>("address", "an IPv4 address", Ipv4Address.TryParse);
            if (!networks.Contains(address))
                throw entry.Refuse("address", "an address inside leasequery.networks");
            var device = new StaticDevice(
                address,
                entry.Has("hardware")
                    ? entry.Parsed<HardwareAddress>("hardware", "a hardware address such as 00:0a:28:00:fa:42",
                        HardwareAddress.TryParse)
                    : HardwareAddress.None,
                entry.Has(Information) ? ReadInformation(entry) : OctetString.Empty,
                entry.Has("infinite-lease") && entry.Switch("infinite-lease"));
            if (!devices.TryAdd(address, device))
                throw entry.Refuse("address", "each address once");
        }

        return devices.ToFrozenDictionary();
    }

    private static OctetString ReadInformation(SettingsReader entry)
    {
        var information = entry.IsObject(Information)
            ? ReadSubOptions(entry.Object(Information))
            : entry.Parsed<OctetString>(Information, "option 82 in hex, or { circuit-id = ... }", OctetString.TryParseHex);
        return information.Length <= Gleaning.MaxRelayAgentInformation
            ? information
            : throw entry.Refuse(Information, $"at most {Gleaning.MaxRelayAgentInformation} bytes");
    }

    private static OctetString ReadSubOptions(SettingsReader information)
    {
        var bytes = new List<byte>();
        foreach (var name in information.Keys)
        {
            if (!SubOptions.TryGetValue(name, out var code))
                throw information.Refuse(name, $"no such sub-option; known are {string.Join(", ", SubOptions.Keys.Order())}");
            var value = information.Parsed<OctetString>(name, "text, or 0x and hex, of 1 to 255 bytes", TryParseValue);
            bytes.Add((byte)code);
            bytes.Add((byte)value.Length);
            bytes.AddRange(value.Span);
        }

        return OctetString.Copy([.. bytes]);
    }

    private static bool TryParseValue(string text, out OctetString value)
    {
        var isRead = true;
        if (text.StartsWith("0x", StringComparison.Ordinal))
            isRead = OctetString.TryParseHex(text[2..], out value);
        else
            value = OctetString.Copy(Encoding.UTF8.GetBytes(text));
        return isRead && value.Length is >= 1 and <= byte.MaxValue;
    }
}
