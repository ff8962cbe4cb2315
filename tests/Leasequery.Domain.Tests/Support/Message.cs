using System.Collections.Immutable;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;

namespace Leasequery.Domain.Tests.Support;

/// <summary>A DHCP message in the making. Options go out in the order given, each as one instance.</summary>
internal sealed record Message(DhcpOpCode OpCode, DhcpMessageType Type)
{
    public uint Xid { get; init; } = 0x1234;

    public Ipv4Address Ciaddr { get; init; }

    public Ipv4Address Yiaddr { get; init; }

    public Ipv4Address Giaddr { get; init; }

    public HardwareAddress Device { get; init; } = Some.Modem;

    public ImmutableList<(DhcpOption Code, byte[] Value)> Options { get; init; } = [];

    /// <summary>What a server says when it grants an hour; the least that binds.</summary>
    public static Message Ack() =>
        new Message(DhcpOpCode.BootReply, DhcpMessageType.Ack) { Yiaddr = Some.Address }.With(DhcpOption.LeaseTime, "00000e10");

    public static Message Release() => new(DhcpOpCode.BootRequest, DhcpMessageType.Release) { Ciaddr = Some.Address };

    public static Message Decline() =>
        new Message(DhcpOpCode.BootRequest, DhcpMessageType.Decline).With(DhcpOption.RequestedAddress, "0a010203");

    public Message With(DhcpOption code, string hex) => With(code, Convert.FromHexString(hex));

    public Message With(DhcpOption code, byte[] value) => this with { Options = Options.Add((code, value)) };

    public Message Without(DhcpOption code) => this with { Options = Options.RemoveAll(option => option.Code == code) };

    public Observation? Observe(out GleaningSkip skip, OptionSet keptOptions = default) =>
        Observe(ToBytes(), out skip, keptOptions);

    /// <summary>The lease that the message grants; fails the test when it grants none.</summary>
    public LeaseGranted Granted(OptionSet keptOptions = default) =>
        Assert.IsType<LeaseGranted>(Observe(out _, keptOptions));

    public static Observation? Observe(byte[] datagram, out GleaningSkip skip, OptionSet keptOptions = default)
    {
        Assert.True(DhcpPacket.TryParse(datagram, out var packet, out var error), error.ToString());
        return Gleaning.Observe(packet, keptOptions, out skip);
    }

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
        Assert.True(writer.TryWriteOption(DhcpOption.MessageType, (byte)Type));
        foreach (var (code, value) in Options)
            Assert.True(writer.TryWriteOption(code, value));
        return bytes[..writer.Finish()];
    }
}
