using System.Collections.Immutable;
using Leasequery.Wire;

namespace Leasequery.Actors.Tests.Support;

/// <summary>A DHCP message in the making. Options go out in the order given, each as one instance.</summary>
internal sealed record Message(DhcpOpCode OpCode, byte Type)
{
    public uint Xid { get; init; } = 0x1234;

    public Ipv4Address Ciaddr { get; init; }

    public Ipv4Address Yiaddr { get; init; }

    public Ipv4Address Giaddr { get; init; }

    public HardwareAddress Device { get; init; }

    public ImmutableList<(DhcpOption Code, string Hex)> Options { get; init; } = [];

    /// <summary>A query as a requestor sends it (N11 to N15), that wants the lease time and the location.</summary>
    public static Message Query(string address = "10.1.2.3", string giaddr = "10.9.0.1", byte type = 10) =>
        new Message(DhcpOpCode.BootRequest, type) { Ciaddr = Ipv4Address.Parse(address), Giaddr = Ipv4Address.Parse(giaddr) }
            .With(DhcpOption.ParameterRequestList, "3352");

    /// <summary>What a server says through a relay when it grants an hour; binds as <see cref="Some.Grant"/> does.</summary>
    public static Message Ack(string address = "10.1.2.3") =>
        new Message(DhcpOpCode.BootReply, (byte)DhcpMessageType.Ack)
        {
            Yiaddr = Ipv4Address.Parse(address),
            Giaddr = Some.Relay,
            Device = Some.Modem,
        }
            .With(DhcpOption.ServerIdentifier, "c0000201")
            .With(DhcpOption.LeaseTime, "00000e10")
            .With(DhcpOption.SubnetMask, "ffffff00")
            .With(DhcpOption.ClientIdentifier, Some.ModemId.ToString())
            .With(DhcpOption.RelayAgentInformation, Some.Rai.ToString());

    public Message With(DhcpOption code, string hex) => this with { Options = Options.Add((code, hex)) };

    public Message Without(DhcpOption code) => this with { Options = Options.RemoveAll(option => option.Code == code) };

    public byte[] ToBytes()
    {
        var bytes = new byte[4096];
        var writer = new DhcpPacketWriter(bytes, OpCode)
        {
            TransactionId = Xid,
            ClientAddress = Ciaddr,
            YourAddress = Yiaddr,
            RelayAddress = Giaddr,
            HardwareAddress = Device,
        };
        Assert.True(writer.TryWriteOption(DhcpOption.MessageType, Type));
        foreach (var (code, hex) in Options)
            Assert.True(writer.TryWriteOption(code, Convert.FromHexString(hex)));
        return bytes[..writer.Finish()];
    }

    /// <summary>A datagram as one line: <c>2 10.1.2.3 nobody 53:0d 51:00000e10</c>; what a test compares.</summary>
    public static string Describe(ReadOnlySpan<byte> datagram)
    {
        Assert.True(DhcpPacket.TryParse(datagram, out var packet, out var error), error.ToString());
        var device = packet.HardwareAddress.IsNone ? "nobody" : packet.HardwareAddress.ToString();
        var text = $"{(byte)packet.OpCode} {packet.ClientAddress} {device}";
        foreach (var option in packet.Options)
            text += $" {(byte)option.Code}:{Convert.ToHexStringLower(option.Value)}";
        return text;
    }
}
