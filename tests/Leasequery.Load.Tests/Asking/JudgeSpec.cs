using Leasequery.Load.Asking;
using Leasequery.Load.Traffic;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Load.Tests.Asking;

public class JudgeSpec
{
    private static readonly Ipv4Address Asked = Ipv4Address.Parse("10.0.0.1");
    private static readonly Ipv4Address Other = Ipv4Address.Parse("10.0.0.2");

    public static TheoryData<string, bool, string> Replies => new()
    {
        { "right", true, nameof(Verdict.Right) },
        { "about another address", true, nameof(Verdict.NotTheAnswer) },
        { "about another address", false, nameof(Verdict.NotTheAnswer) },
        { "query", false, nameof(Verdict.NotTheAnswer) },
        { "unassigned", true, nameof(Verdict.NoLease) },
        { "unassigned", false, nameof(Verdict.Right) },
        { "other device", true, nameof(Verdict.OtherDevice) },
        { "other device", false, nameof(Verdict.Right) },
        { "other location", true, nameof(Verdict.OtherLocation) },
        { "no location", true, nameof(Verdict.OtherLocation) },
    };

    [Theory]
    [MemberData(nameof(Replies))]
    public void A_reply_is_judged_by_what_is_known(string reply, bool knowsBindings, string verdict)
    {
        var judge = new ReplyJudge(LeasequeryDialect.Rfc4388, knowsBindings);
        Assert.True(DhcpPacket.TryParse(Reply(reply), out var packet, out _));
        Assert.Equal(verdict, judge.Judge(Asked, packet).ToString());
    }

    [Theory]
    [InlineData(LeasequeryDialect.Draft0, 5)]
    [InlineData(LeasequeryDialect.Draft2, 14)]
    [InlineData(LeasequeryDialect.Draft4, 16)]
    [InlineData(LeasequeryDialect.Rfc4388, 13)]
    public void Each_dialect_has_its_own_answer(object dialect, byte type)
    {
        foreach (var other in (byte[])[5, 13, 14, 16])
        {
            Assert.True(DhcpPacket.TryParse(Reply("right", (DhcpMessageType)other), out var packet, out _));
            var verdict = new ReplyJudge((LeasequeryDialect)dialect, knowsBindings: true).Judge(Asked, packet);
            Assert.Equal(other == type, verdict == Verdict.Right);
        }
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)] // op
    [InlineData(15, false)] // ciaddr
    [InlineData(299, false)] // the last byte of the padding
    public void An_echo_is_right_byte_for_byte(int changedByte, bool isRight)
    {
        var template = Template();
        var message = new byte[512];
        message = message[..template.Write(message, Asked, 7)];
        if (changedByte >= 0)
            message[changedByte] ^= 3;
        Assert.True(DhcpPacket.TryParse(message, out var packet, out _));
        Assert.Equal(isRight ? Verdict.Right : Verdict.NotTheAnswer, new EchoJudge(template).Judge(Asked, packet));
    }

    [Fact]
    public void A_query_from_the_template_is_the_query_that_is_meant()
    {
        var message = new byte[512];
        var length = Template().Write(message, Asked, 7);
        Assert.True(DhcpPacket.TryParse(message.AsSpan(0, length), out var packet, out _));
        Assert.Equal(LeasequeryRefusal.None, LeasequeryRequest.TryRead(packet, out var request));
        Assert.Equal((Asked, 7u), (request.Address, request.TransactionId));
        Assert.Equal((Ipv4Address.Loopback, true), (request.RelayAddress, request.WantsSourcePort));
        Assert.Equal(DhcpMessageType.LeaseQuery, request.QueryType);
    }

    private static QueryTemplate Template() =>
        new QueryPlan(LeasequeryDialect.Rfc4388, default, 1, null, default, default, default)
            .Query(new Ipv4Endpoint(Ipv4Address.Loopback, 4711));

    private static byte[] Reply(string kind, DhcpMessageType type = DhcpMessageType.LeaseActive)
    {
        var location = new byte[Subscriber.LocationSize];
        Subscriber.WriteLocation(kind == "other location" ? Other : Asked, location);
        var message = new byte[512];
        var writer = new DhcpPacketWriter(message, kind == "query" ? DhcpOpCode.BootRequest : DhcpOpCode.BootReply)
        {
            ClientAddress = kind == "about another address" ? Other : Asked,
            HardwareAddress = Subscriber.Device(kind == "other device" ? Other : Asked),
        };
        writer.TryWriteOption(DhcpOption.MessageType, (byte)(kind == "unassigned" ? DhcpMessageType.LeaseUnassigned : type));
        if (kind != "unassigned")
            writer.TryWriteOption(DhcpOption.LeaseTime, 60u);
        if (kind != "no location")
            writer.TryWriteOption(DhcpOption.RelayAgentInformation, location);
        return message[..writer.Finish()];
    }
}
