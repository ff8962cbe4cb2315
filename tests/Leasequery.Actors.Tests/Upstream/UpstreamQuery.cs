using Leasequery.Actors.Ingress;
using Leasequery.Domain.Upstream;
using Leasequery.Wire;

namespace Leasequery.Actors.Tests.Upstream;

/// <summary>A query on its way to a server, as the server reads it.</summary>
/// <param name="At">When it was sent.</param>
/// <param name="To">Where to.</param>
/// <param name="Type">Option 53.</param>
/// <param name="Xid">xid.</param>
/// <param name="Address">ciaddr.</param>
/// <param name="Text">The rest as one line: op, giaddr, device, options.</param>
/// <param name="Length">Bytes.</param>
internal sealed record UpstreamQuery(TimeSpan At, Ipv4Endpoint To, byte Type, uint Xid, Ipv4Address Address, string Text, int Length)
{
    public static UpstreamQuery Read(TimeSpan at, IngressProtocol.Send send)
    {
        Assert.True(DhcpPacket.TryParse(send.Datagram.Span, out var packet, out var error), error.ToString());
        var text = $"{packet.OpCode} giaddr {packet.RelayAddress} {(packet.HardwareAddress.IsNone ? "nobody" : packet.HardwareAddress.ToString())}";
        foreach (var option in packet.Options)
            text += $" {(byte)option.Code}:{Convert.ToHexStringLower(option.Value)}";
        return new UpstreamQuery(at, send.Destination, (byte)packet.MessageType, packet.TransactionId, packet.ClientAddress, text, send.Datagram.Length);
    }

    /// <summary>A reply to it.</summary>
    /// <param name="type">Option 53.</param>
    /// <param name="remaining">Option 51.</param>
    public ServerReply Reply(byte type, uint? remaining = null) => new(Xid, (DhcpMessageType)type, Address, default, null, remaining, null, null,
        null, Ipv4Address.Parse("192.0.2.1"), default, default);
}
