using System.Globalization;
using System.Net;
using System.Xml.Linq;

namespace Leasequery.EndToEnd.Tests.Peers.Packets;

/// <summary>A DHCP message as tshark understands it: the second opinion on what we read and write.</summary>
public sealed class DecodedDhcp
{
    const int EndOption = 255;

    readonly XElement _packet;
    readonly XElement _dhcp;

    internal DecodedDhcp(XElement packet)
    {
        _packet = packet;
        _dhcp = packet.Elements("proto").First(p => (string?)p.Attribute("name") == "dhcp");
        Options = [.. Fields("dhcp.option.type").Select(field => Convert.FromHexString((string)field.Attribute("value")!))
            .Where(bytes => bytes[0] != EndOption)
            .Select(bytes => new DecodedOption(bytes[0], bytes.Length > 2 ? bytes[2..] : []))];
    }

    /// <summary>1 for a request, 2 for a reply.</summary>
    public int OpCode => (int)Number("dhcp.type")!;

    /// <summary>Option 53.</summary>
    public int? MessageType => (int?)Number("dhcp.option.dhcp");

    /// <summary>xid.</summary>
    public uint TransactionId => (uint)Number("dhcp.id")!;

    /// <summary>htype.</summary>
    public int HardwareType => (int)Number("dhcp.hw.type")!;

    /// <summary>hlen.</summary>
    public int HardwareLength => (int)Number("dhcp.hw.len")!;

    /// <summary>chaddr, written with colons; null when hlen says there is none.</summary>
    public string? HardwareAddress => Shown("dhcp.hw.mac_addr") ?? Shown("dhcp.hw.addr");

    /// <summary>ciaddr.</summary>
    public IPAddress ClientAddress => IPAddress.Parse(Shown("dhcp.ip.client")!);

    /// <summary>yiaddr.</summary>
    public IPAddress YourAddress => IPAddress.Parse(Shown("dhcp.ip.your")!);

    /// <summary>giaddr.</summary>
    public IPAddress RelayAddress => IPAddress.Parse(Shown("dhcp.ip.relay")!);

    /// <summary>Source of the IP packet.</summary>
    public IPAddress Source => IPAddress.Parse(ShownAnywhere("ip.src")!);

    /// <summary>Destination of the IP packet.</summary>
    public IPAddress Destination => IPAddress.Parse(ShownAnywhere("ip.dst")!);

    /// <summary>The options in the order of the packet, without the end.</summary>
    public IReadOnlyList<DecodedOption> Options { get; }

    /// <summary>Option 51, in seconds.</summary>
    public uint? LeaseTime => (uint?)Number("dhcp.option.ip_address_lease_time");

    /// <summary>Option 54.</summary>
    public IPAddress? ServerIdentifier => Shown("dhcp.option.dhcp_server_id") is { } text ? IPAddress.Parse(text) : null;

    /// <summary>Sub-option 1 of option 82, as bytes.</summary>
    public byte[]? CircuitId => Raw("dhcp.option.agent_information_option.agent_circuit_id");

    /// <summary>Sub-option 2 of option 82, as bytes.</summary>
    public byte[]? RemoteId => Raw("dhcp.option.agent_information_option.agent_remote_id");

    /// <summary>What tshark finds wrong with it; empty for a good message.</summary>
    public IReadOnlyList<string> Complaints =>
        [.. _packet.Descendants().Where(e => (string?)e.Attribute("name") is "_ws.malformed" or "_ws.expert")
            .Select(e => (string?)e.Attribute("showname") ?? (string?)e.Attribute("show") ?? "malformed")];

    /// <summary>The value of an option, null when it is not there. One that came in parts is joined (RFC 3396).</summary>
    public byte[]? Option(int code)
    {
        var parts = Options.Where(option => option.Code == code).ToArray();
        return parts.Length == 0 ? null : [.. parts.SelectMany(option => option.Value)];
    }

    /// <summary>What tshark shows for a field of the message, such as <c>dhcp.option.renewal_time_value</c>.</summary>
    public string? Shown(string field) => (string?)Fields(field).FirstOrDefault()?.Attribute("show");

    /// <summary>The bytes of a field.</summary>
    public byte[]? Raw(string field) =>
        (string?)Fields(field).FirstOrDefault()?.Attribute("value") is { } hex ? Convert.FromHexString(hex) : null;

    /// <summary>For a message of a failed assertion.</summary>
    public override string ToString() =>
        $"{Source} > {Destination} op {OpCode} type {MessageType} ciaddr {ClientAddress} giaddr {RelayAddress} "
        + $"options {string.Join(' ', Options.Select(option => option.Code))}";

    IEnumerable<XElement> Fields(string name) => _dhcp.Descendants("field").Where(f => (string?)f.Attribute("name") == name);

    string? ShownAnywhere(string name) =>
        (string?)_packet.Descendants("field").FirstOrDefault(f => (string?)f.Attribute("name") == name)?.Attribute("show");

    long? Number(string field) => Shown(field) switch
    {
        null => null,
        ['0', 'x', .. var hex] => long.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
        var text => long.Parse(text, CultureInfo.InvariantCulture),
    };
}

/// <summary>One option of a message.</summary>
public sealed record DecodedOption(int Code, byte[] Value);
