using CsCheck;
using Leasequery.Wire.Leasequeries;
using Leasequery.Wire.Tests.Support;

namespace Leasequery.Wire.Tests.Leasequeries;

public class LeasequeryRequestTests
{
    private static readonly Ipv4Address Subscriber = Ipv4Address.Parse("10.1.2.3");
    private static readonly Ipv4Address Requestor = Ipv4Address.Parse("10.9.9.9");

    [Theory]
    [InlineData("0a010203", "0a090909", LeasequeryRefusal.None)]
    [InlineData("0a010203", "00000000", LeasequeryRefusal.NoRelayAddress)] // N22, RFC 4388 section 6.4.3
    [InlineData("00000000", "0a090909", LeasequeryRefusal.NoAddress)] // N20
    [InlineData("00000000", "00000000", LeasequeryRefusal.NoRelayAddress)] // nowhere to send even a NAK
    public void Wants_an_address_and_a_return_address(string ciaddr, string giaddr, LeasequeryRefusal refusal)
    {
        foreach (var type in (string[])["0a", "0d"])
            Assert.Equal(refusal, Read(Query($"3501{type}ff", ciaddr, giaddr)));
    }

    [Theory]
    [InlineData("10", "", "", LeasequeryRefusal.None)]
    [InlineData("10", "0106", "", LeasequeryRefusal.SeveralKeys)] // ciaddr and chaddr
    [InlineData("10", "", "3d 02 0001", LeasequeryRefusal.SeveralKeys)] // ciaddr and client identifier
    [InlineData("10", "0106", "3d 02 0001", LeasequeryRefusal.SeveralKeys)]
    [InlineData("13", "0106", "", LeasequeryRefusal.None)] // N21: in the drafts ciaddr alone decides
    [InlineData("13", "", "3d 02 0001", LeasequeryRefusal.None)]
    [InlineData("17", "0106", "3d 02 0001", LeasequeryRefusal.None)] // a draft query by another number
    public void Several_keys_are_refused_where_rfc_4388_knows_several(string type, string htypeAndHlen, string options,
        LeasequeryRefusal refusal)
    {
        var message = Query($"3501{byte.Parse(type, null):x2}{options}ff");
        RawMessage.Hex(htypeAndHlen).CopyTo(message, 1);
        Assert.Equal(refusal, Read(message));
    }

    [Fact]
    public void Takes_from_the_message_all_that_an_answer_needs()
    {
        var message = Query("35 01 0a 37 04 33523a3b ff");
        RawMessage.Hex("11223344").CopyTo(message, 4); // xid
        RawMessage.Hex("8000").CopyTo(message, 10); // flags
        Assert.Equal(LeasequeryRefusal.None, Read(message, out var request));
        var expected = new LeasequeryRequest(Subscriber, Requestor, 0x11223344, 0x8000, DhcpMessageType.LeaseQuery,
            HasParameterList: true, OptionSet.Read([51, 58, 59, 82]), WantsSourcePort: false);
        Assert.Equal(expected, request);
    }

    [Theory]
    [InlineData("", false, "")]
    [InlineData("37 02 3352", true, "51 82")]
    [InlineData("37 00", true, "")]
    [InlineData("37 01 33 37 01 52", true, "51 82")] // RFC 3396
    public void Tells_no_parameter_list_from_an_empty_one(string option, bool hasParameterList, string parameters)
    {
        Read(Query("35 01 0a" + option + "ff"), out var request);
        Assert.Equal(hasParameterList, request.HasParameterList);
        Assert.Equal(parameters, request.Parameters.ToString());
    }

    [Theory] // RFC 8357 section 5.1
    [InlineData("", false)]
    [InlineData("52 02 1300", true)]
    [InlineData("52 05 0101aa 1300", true)]
    [InlineData("52 03 0101aa", false)]
    [InlineData("52 04 0102 1300", false)] // a circuit id that looks like it
    [InlineData("52 01 13", false)] // no length
    [InlineData("52 01 13 52 01 00", true)] // split (RFC 3396): the instances are one value
    [InlineData("52 03 0103aa 52 02 1300", false)] // the second instance goes on with the circuit id
    public void Sees_the_source_port_sub_option(string option, bool wantsSourcePort)
    {
        Read(Query("35 01 0a" + option + "ff"), out var request);
        Assert.Equal(wantsSourcePort, request.WantsSourcePort);
    }

    [Fact]
    public void A_query_is_written_as_N11_to_N15_want_it()
    {
        var request = new LeasequeryRequest(Subscriber, Requestor, 0x11223344, 0, (DhcpMessageType)13, true,
            OptionSet.Of(DhcpOption.LeaseTime, DhcpOption.RelayAgentInformation), WantsSourcePort: true);
        var message = new byte[LeasequeryReply.MaxSize];
        var packet = RawMessage.Parse(message.AsSpan(0, request.Write(message)));

        Assert.Equal(300, packet.Bytes.Length); // RFC 1542 section 2.1
        Assert.Equal(DhcpOpCode.BootRequest, packet.OpCode); // N11
        Assert.Equal(HardwareAddress.None, packet.HardwareAddress); // N12
        Assert.Equal(Subscriber, packet.ClientAddress); // N13
        Assert.Equal(Requestor, packet.RelayAddress); // N14
        Assert.Equal("53:0d 55:3352 82:1300", RawMessage.Options(packet)); // N15, RFC 8357 section 4.1
    }

    [Fact]
    public void A_span_that_is_too_small_is_our_mistake()
    {
        var request = new LeasequeryRequest(Subscriber, Requestor, 1, 0, DhcpMessageType.LeaseQuery, true,
            OptionSet.Of(DhcpOption.LeaseTime), false);
        Assert.Equal(247, request.Write(new byte[247])); // 240 of fields, 3 for the type, 3 for the list, 1 for the end
        Assert.Throws<ArgumentException>(() => request.Write(new byte[246]));
    }

    [Fact]
    public void A_query_for_every_option_there_is_can_be_written()
    {
        var all = OptionSet.Read(Enumerable.Range(0, 256).Select(code => (byte)code).ToArray());
        var request = new LeasequeryRequest(Subscriber, Requestor, 1, 0, DhcpMessageType.LeaseQuery, true, all, false);
        var message = new byte[LeasequeryReply.MaxSize];
        Read(message.AsSpan(0, request.Write(message)), out var read);
        Assert.Equal(request, read);
    }

    [Fact]
    public void What_is_written_is_read_back() =>
        Gen.Select(Gen.UInt[1, uint.MaxValue], Gen.UInt[1, uint.MaxValue], Gen.UInt, Gen.UShort, Gen.Byte[1, 18],
            Gen.Byte.Array[0, 40].Null(), Gen.Bool).Sample((address, replyTo, xid, flags, type, codes, wantsSourcePort) =>
        {
            var request = new LeasequeryRequest(new Ipv4Address(address), new Ipv4Address(replyTo), xid, flags,
                (DhcpMessageType)type, codes is not null, OptionSet.Read(codes), wantsSourcePort);
            var message = new byte[LeasequeryReply.MaxSize];
            return Read(message.AsSpan(0, request.Write(message)), out var read) == LeasequeryRefusal.None && read == request;
        });

    private static byte[] Query(string options, string ciaddr = "0a010203", string giaddr = "0a090909")
    {
        var message = RawMessage.With(options);
        RawMessage.Hex(ciaddr).CopyTo(message, 12);
        RawMessage.Hex(giaddr).CopyTo(message, 24);
        return message;
    }

    private static LeasequeryRefusal Read(ReadOnlySpan<byte> message) => Read(message, out _);

    private static LeasequeryRefusal Read(ReadOnlySpan<byte> message, out LeasequeryRequest request) =>
        LeasequeryRequest.TryRead(RawMessage.Parse(message), out request);
}
