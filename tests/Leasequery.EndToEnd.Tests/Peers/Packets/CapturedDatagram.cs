using System.Net;

namespace Leasequery.EndToEnd.Tests.Peers.Packets;

/// <summary>One UDP datagram as it was seen on a wire.</summary>
public sealed record CapturedDatagram(DateTimeOffset Time, IPEndPoint Source, IPEndPoint Destination, byte[] Payload)
{
    const int OpCodeOffset = 0, FirstOptionOffset = 240;
    const byte Pad = 0, End = 255, MessageTypeOption = 53;

    /// <summary>1 for a request, 2 for a reply. Of the payload read as DHCP.</summary>
    public int OpCode => Payload[OpCodeOffset];

    /// <summary>
    /// The DHCP message type, 0 without one. Just enough to pick messages out of a capture without code of the service,
    /// which is what the captures are there to test; everything else is tshark's to say.
    /// </summary>
    public int MessageType
    {
        get
        {
            var at = FirstOptionOffset;
            while (at + 2 < Payload.Length && Payload[at] != End) // Ends: each turn moves at least one byte on.
            {
                if (Payload[at] == MessageTypeOption)
                    return Payload[at + 2];
                at += Payload[at] == Pad ? 1 : 2 + Payload[at + 1];
            }
            return 0;
        }
    }
}
