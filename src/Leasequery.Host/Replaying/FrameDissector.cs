using Leasequery.Wire;
using PacketDotNet;

namespace Leasequery.Host.Replaying;

/// <summary>Finds the UDP payload of DHCP in a captured frame, behind VLAN tags too.</summary>
internal static class FrameDissector
{
    private const int MoreFragments = 1;

    /// <summary>Takes the payload out, or says why there is none. Any bytes give one or the other.</summary>
    public static SkipReason TryDissect(in CapturedPacket captured, out byte[] payload)
    {
        payload = [];
        try
        {
            var frame = Packet.ParsePacket(captured.LinkType, captured.Frame);
            return frame is null ? SkipReason.LinkTypeNotSupported : TryDissect(frame, out payload);
        }
        catch (NotImplementedException)
        {
            return SkipReason.LinkTypeNotSupported;
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException or IndexOutOfRangeException)
        {
            return SkipReason.Malformed; // the library checks lengths only by running into them
        }
    }

    private static SkipReason TryDissect(Packet frame, out byte[] payload)
    {
        payload = [];
        if (frame.Extract<IPv4Packet>() is not { Protocol: ProtocolType.Udp } ip)
            return SkipReason.NotUdp;
        if (ip.FragmentOffset != 0 || (ip.FragmentFlags & MoreFragments) != 0)
            return SkipReason.Fragment;
        var isCutShort = ip.HeaderSegment.Offset + ip.TotalLength > ip.HeaderSegment.Bytes.Length;
        if (ip.Extract<UdpPacket>() is not { } udp)
            return isCutShort ? SkipReason.Truncated : SkipReason.Malformed;
        if (!IsDhcp(udp.SourcePort) && !IsDhcp(udp.DestinationPort))
            return SkipReason.OtherPorts;
        if (isCutShort)
            return SkipReason.Truncated;

        // Cut out by the header's place and length: the library would go on and make an object of each DHCP option.
        var start = udp.HeaderSegment.Offset + UdpFields.HeaderLength;
        var length = udp.Length - UdpFields.HeaderLength;
        if (length < 0 || length > ip.TotalLength - ip.HeaderLength - UdpFields.HeaderLength)
            return SkipReason.Malformed;
        payload = udp.HeaderSegment.Bytes.AsSpan(start, length).ToArray();
        return SkipReason.None;
    }

    private static bool IsDhcp(ushort port) => port is Ipv4Endpoint.ServerPort or Ipv4Endpoint.ClientPort;
}
