using System.Net;
using System.Xml.Linq;
using Leasequery.EndToEnd.Tests.Peers.Machine;

namespace Leasequery.EndToEnd.Tests.Peers.Packets;

/// <summary>Lets tshark read DHCP. PDML is its one output that has, for each field, both the value shown and the bytes.</summary>
public static class TsharkDecoder
{
    const int ServerPort = 67;

    static readonly IPEndPoint From = new(IPAddress.Parse("192.0.2.1"), ServerPort);
    static readonly IPEndPoint To = new(IPAddress.Parse("192.0.2.2"), ServerPort);

    /// <summary>The DHCP messages of a capture.</summary>
    public static IReadOnlyList<DecodedDhcp> Decode(string pcap)
    {
        // Without a profile of the person who runs the tests, names are not resolved (-n) and nothing is asked of a network.
        var pdml = XDocument.Parse(Command.Run("tshark", "-n", "-r", pcap, "-Y", "dhcp", "-T", "pdml"));
        return [.. pdml.Root!.Elements("packet").Select(packet => new DecodedDhcp(packet))];
    }

    /// <summary>
    /// The DHCP messages in payloads, in their order. Many in one call cost little more than one: tshark starts slowly.
    /// </summary>
    public static IReadOnlyList<DecodedDhcp> Decode(params IReadOnlyCollection<byte[]> payloads)
    {
        using var folder = new TempFolder("decode");
        var pcap = folder.At("payloads.pcap");
        PcapFile.Write(pcap, payloads.Select(payload => new CapturedDatagram(DateTimeOffset.UnixEpoch, From, To, payload)));
        var decoded = Decode(pcap);
        return decoded.Count == payloads.Count
            ? decoded
            : throw new InvalidDataException($"tshark sees DHCP in {decoded.Count} of {payloads.Count} payloads.");
    }
}
