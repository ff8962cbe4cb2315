using Leasequery.Domain.Networks;
using Leasequery.Domain.Tests.Support;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;
using static Leasequery.Wire.Leasequeries.LeasequeryDialect;

namespace Leasequery.Domain.Tests.Networks;

public class RequestorProfileTests
{
    private static readonly Ipv4Endpoint Source = new(Ipv4Address.Parse("10.1.0.2"), 4711);

    [Theory] // type 10 gets RFC 4388; the number of the draft query, which is a setting, gets the draft of the profile
    [InlineData(Draft0, 13, 10, Rfc4388)]
    [InlineData(Draft0, 13, 13, Draft0)]
    [InlineData(Draft2, 13, 13, Draft2)]
    [InlineData(Draft4, 13, 13, Draft4)]
    [InlineData(Draft4, 13, 10, Rfc4388)]
    [InlineData(Draft0, 17, 17, Draft0)]
    [InlineData(Draft0, 17, 10, Rfc4388)]
    [InlineData(Draft0, 200, 200, Draft0)]
    [InlineData(Draft0, 10, 10, Rfc4388)] // 10 is taken, whatever the setting says
    public void The_number_of_the_query_tells_the_dialect_of_the_answer(LeasequeryDialect draft, byte draftQuery, byte type,
        LeasequeryDialect answer)
    {
        var profile = new RequestorProfile(draft, (DhcpMessageType)draftQuery);
        Assert.True(profile.TryGetDialect((DhcpMessageType)type, out var dialect));
        Assert.Equal(answer, dialect);
    }

    [Theory]
    [InlineData(13)]
    [InlineData(17)]
    public void No_other_number_is_a_query(byte draftQuery)
    {
        var profile = new RequestorProfile(Draft0, (DhcpMessageType)draftQuery);
        var queries = Enumerable.Range(0, 256).Where(type => profile.TryGetDialect((DhcpMessageType)type, out _));
        Assert.Equal([10, draftQuery], queries);
    }

    [Theory] // N39; RFC 8357 section 5.1 for queries that name their source port
    [InlineData(ReplyPort.Server, false, 67)]
    [InlineData(ReplyPort.Server, true, 4711)]
    [InlineData(ReplyPort.Source, false, 4711)]
    [InlineData(ReplyPort.Source, true, 4711)]
    [InlineData(ReplyPort.Fixed, false, 6767)]
    [InlineData(ReplyPort.Fixed, true, 6767)] // the operator's word is the last
    public void Answers_go_to_giaddr_and_to_the_port_that_the_profile_says(ReplyPort replyPort, bool namesSourcePort, ushort port)
    {
        var profile = new RequestorProfile(Draft0, LeasequeryDialects.DefaultDraftQuery, replyPort, 6767);
        Assert.Equal(new Ipv4Endpoint(Some.Relay, port), profile.ReplyTo(Query(namesSourcePort), Source));
    }

    [Fact]
    public void The_port_is_67_when_nothing_is_set_N39() =>
        Assert.Equal(new Ipv4Endpoint(Some.Relay, 67),
            new RequestorProfile(Draft0, LeasequeryDialects.DefaultDraftQuery).ReplyTo(Query(namesSourcePort: false), Source));

    // Read from a datagram, so that sub-option 19 is what names the source port.
    private static LeasequeryRequest Query(bool namesSourcePort)
    {
        var message = new Message(DhcpOpCode.BootRequest, LeasequeryDialects.DefaultDraftQuery)
        {
            Ciaddr = Some.Address,
            Giaddr = Some.Relay,
            Device = default,
        };
        if (namesSourcePort)
            message = message.With(DhcpOption.RelayAgentInformation, "01020304" + "1300");
        Assert.True(DhcpPacket.TryParse(message.ToBytes(), out var packet, out _));
        Assert.Equal(LeasequeryRefusal.None, LeasequeryRequest.TryRead(packet, out var request));
        return request;
    }
}
