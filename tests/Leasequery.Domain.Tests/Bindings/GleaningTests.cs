using Leasequery.Domain.Bindings;
using Leasequery.Domain.Tests.Support;
using Leasequery.Wire;
using static Leasequery.Domain.Tests.Support.Some;

namespace Leasequery.Domain.Tests.Bindings;

public class GleaningTests
{
    [Fact]
    public void An_ack_says_who_got_what_from_whom_and_where_N6()
    {
        var ack = new Message(DhcpOpCode.BootReply, DhcpMessageType.Ack) { Xid = 0xcafe, Yiaddr = Address, Giaddr = Relay }
            .With(DhcpOption.ServerIdentifier, "c0000201")
            .With(DhcpOption.LeaseTime, "00000e10")
            .With(DhcpOption.RenewalTime, "0000003c")
            .With(DhcpOption.RebindingTime, "00000078")
            .With(DhcpOption.ClientIdentifier, "ff000a2800")
            .With(DhcpOption.RelayAgentInformation, Rai.ToString());

        Assert.Equal(
            new LeaseGranted(Address, Modem, ModemId, 0xcafe, 3600, 60, 120, Relay, Server, Rai, default), ack.Granted());
    }

    [Fact]
    public void What_an_ack_does_not_say_stays_unknown() =>
        Assert.Equal(new LeaseGranted(Address, Modem, null, 0x1234, 3600, null, null, default, default, default, default),
            Message.Ack().Granted());

    [Fact]
    public void Yiaddr_is_the_address_whatever_ciaddr_says() =>
        Assert.Equal(Address, (Message.Ack() with { Ciaddr = Server }).Granted().Address);

    [Fact] // RFC 2131 section 4.4.6
    public void A_release_gives_ciaddr_up() =>
        Assert.Equal(new LeaseGivenUp(Address, Modem, ModemId, 0x1234, BindingState.Released),
            Message.Release().With(DhcpOption.ClientIdentifier, "ff000a2800").Observe(out _));

    [Fact] // RFC 2131 section 4.4.4 and table 5: ciaddr is 0, the address is in option 50
    public void A_decline_gives_the_requested_address_up() =>
        Assert.Equal(new LeaseGivenUp(Address, Modem, null, 0x1234, BindingState.Declined), Message.Decline().Observe(out _));

    [Fact] // hlen is 0 on media without such addresses (RFC 4390 section 2.1): the client identifier names the device
    public void A_device_may_have_a_client_identifier_only()
    {
        var granted = (Message.Ack() with { Device = default }).With(DhcpOption.ClientIdentifier, "ff000a2800").Granted();
        Assert.True(granted.Device.IsNone);
        Assert.Equal(ModemId, granted.ClientIdentifier);
    }

    // Only a BOOTREPLY that acknowledges, and a BOOTREQUEST that gives up, say something. All other numbers do not.
    public static TheoryData<DhcpOpCode, DhcpMessageType, GleaningSkip> WhatMessagesSay()
    {
        var table = new TheoryData<DhcpOpCode, DhcpMessageType, GleaningSkip>();
        for (var type = DhcpMessageType.Discover; type <= DhcpMessageType.Tls; type++)
        {
            table.Add(DhcpOpCode.BootRequest, type, type switch
            {
                DhcpMessageType.Release or DhcpMessageType.Decline => GleaningSkip.None,
                DhcpMessageType.Discover or DhcpMessageType.Request or DhcpMessageType.Inform => GleaningSkip.ClientRequest,
                _ => GleaningSkip.OtherMessage,
            });
            table.Add(DhcpOpCode.BootReply, type, type switch
            {
                DhcpMessageType.Ack => GleaningSkip.None,
                DhcpMessageType.Offer => GleaningSkip.Offer,
                DhcpMessageType.Nak => GleaningSkip.Nak,
                _ => GleaningSkip.OtherMessage,
            });
        }

        return table;
    }

    [Theory]
    [MemberData(nameof(WhatMessagesSay))]
    public void Only_acks_of_servers_and_releases_and_declines_of_clients_count(
        DhcpOpCode op, DhcpMessageType type, GleaningSkip why)
    {
        var message = new Message(op, type) { Ciaddr = Address, Yiaddr = Address }
            .With(DhcpOption.LeaseTime, "00000e10")
            .With(DhcpOption.RequestedAddress, "0a010203");
        Assert.Equal(why == GleaningSkip.None, message.Observe(out var skip) is not null);
        Assert.Equal(why, skip);
    }

    public static TheoryData<string, GleaningSkip> Incomplete => new()
    {
        { "an ACK with yiaddr 0", GleaningSkip.AckToInform },
        { "an ACK with yiaddr 0 and a lease time", GleaningSkip.AckToInform },
        { "an ACK without option 51", GleaningSkip.NoLeaseTime },
        { "an ACK with a lease of 0 seconds", GleaningSkip.NoLeaseTime },
        { "an ACK with a lease time of two bytes", GleaningSkip.NoLeaseTime },
        { "an ACK to nobody", GleaningSkip.NoDevice },
        { "an ACK to a client identifier of one byte", GleaningSkip.NoDevice },
        { "a RELEASE with ciaddr 0", GleaningSkip.NoAddress },
        { "a RELEASE with ciaddr 0 and option 50", GleaningSkip.NoAddress },
        { "a RELEASE of nobody", GleaningSkip.NoDevice },
        { "a DECLINE without option 50", GleaningSkip.NoAddress },
        { "a DECLINE with ciaddr in place of option 50", GleaningSkip.NoAddress },
        { "a DECLINE of 0.0.0.0", GleaningSkip.NoAddress },
        { "a DECLINE with half an option 50", GleaningSkip.NoAddress },
        { "a DECLINE of nobody", GleaningSkip.NoDevice },
        { "an ACK with five full options 82", GleaningSkip.RelayAgentInformationTooLong },
    };

    [Theory]
    [MemberData(nameof(Incomplete))]
    public void A_message_that_lacks_its_point_says_nothing(string what, GleaningSkip why)
    {
        var unleased = Message.Ack().Without(DhcpOption.LeaseTime);
        var undeclined = Message.Decline().Without(DhcpOption.RequestedAddress);
        var message = what switch
        {
            "an ACK with yiaddr 0" => unleased with { Yiaddr = default, Ciaddr = Address },
            "an ACK with yiaddr 0 and a lease time" => Message.Ack() with { Yiaddr = default, Ciaddr = Address },
            "an ACK without option 51" => unleased,
            "an ACK with a lease of 0 seconds" => unleased.With(DhcpOption.LeaseTime, "00000000"),
            "an ACK with a lease time of two bytes" => unleased.With(DhcpOption.LeaseTime, "0e10"),
            "an ACK to nobody" => Message.Ack() with { Device = default },
            "an ACK to a client identifier of one byte" =>
                (Message.Ack() with { Device = default }).With(DhcpOption.ClientIdentifier, "01"),
            "a RELEASE with ciaddr 0" => Message.Release() with { Ciaddr = default },
            "a RELEASE with ciaddr 0 and option 50" =>
                (Message.Release() with { Ciaddr = default }).With(DhcpOption.RequestedAddress, "0a010203"),
            "a RELEASE of nobody" => Message.Release() with { Device = default },
            "a DECLINE without option 50" => undeclined,
            "a DECLINE with ciaddr in place of option 50" => undeclined with { Ciaddr = Address },
            "a DECLINE of 0.0.0.0" => undeclined.With(DhcpOption.RequestedAddress, "00000000"),
            "a DECLINE with half an option 50" => undeclined.With(DhcpOption.RequestedAddress, "0a01"),
            "a DECLINE of nobody" => Message.Decline() with { Device = default },
            "an ACK with five full options 82" => WithRai(255, 255, 255, 255, 1),
            _ => throw new ArgumentException(what, nameof(what)),
        };

        Assert.Null(message.Observe(out var skip));
        Assert.Equal(why, skip);
    }

    [Fact]
    public void Every_reason_to_skip_is_proven_here()
    {
        var proven = Incomplete.Select(row => (GleaningSkip)row[1]).Concat(WhatMessagesSay().Select(row => (GleaningSkip)row[2]));
        Assert.Equal(Enum.GetValues<GleaningSkip>(), proven.Distinct().Order());
    }

    [Theory] // RFC 3396 section 5
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(255, 1)]
    [InlineData(1, 0, 2)]
    [InlineData(10, 20, 30)]
    [InlineData(255, 255, 255, 255)] // the most that is kept
    public void The_parts_of_option_82_are_one_value(params int[] lengths)
    {
        var message = WithRai(lengths);
        var whole = message.Options
            .Where(option => option.Code == DhcpOption.RelayAgentInformation)
            .SelectMany(option => option.Value);
        Assert.Equal(OctetString.Copy([.. whole]), message.Granted().RelayAgentInformation);
    }

    [Fact] // RFC 3396 section 5: in wire order, whatever stands between
    public void The_parts_of_option_82_may_stand_apart() =>
        Assert.Equal(Octets("010203"), Message.Ack()
            .With(DhcpOption.RelayAgentInformation, "01")
            .With(DhcpOption.Router, "0a010001")
            .With(DhcpOption.RelayAgentInformation, "0203")
            .Granted().RelayAgentInformation);

    [Theory]
    [InlineData("ff")] // a code without length
    [InlineData("01ff00")] // a length that points outside
    [InlineData("0100010001")] // empty, repeated, cut
    public void Badly_formed_option_82_is_kept_as_it_is(string hex) =>
        Assert.Equal(Octets(hex), Message.Ack().With(DhcpOption.RelayAgentInformation, hex).Granted().RelayAgentInformation);

    [Fact] // RFC 3396 section 5: half a client identifier could be another client's
    public void The_parts_of_a_client_identifier_are_one_value() =>
        Assert.Equal(Client("ff000a28001122"), Message.Ack()
            .With(DhcpOption.ClientIdentifier, "ff000a2800")
            .With(DhcpOption.ClientIdentifier, "1122")
            .Granted().ClientIdentifier);

    [Fact]
    public void A_client_identifier_that_is_too_long_is_none_and_not_its_beginning() =>
        Assert.Null(Message.Ack()
            .With(DhcpOption.ClientIdentifier, new byte[255])
            .With(DhcpOption.ClientIdentifier, "01")
            .Granted().ClientIdentifier);

    [Theory] // N36: only what the setting names
    [InlineData("", "")]
    [InlineData("1", "0104ffffff00")]
    [InlineData("3", "03040a010001")]
    [InlineData("1 3", "0104ffffff0003040a010001")]
    [InlineData("3 1 6", "0104ffffff0003040a010001")] // in the ACK's order; 6 is not in it
    public void Options_are_kept_by_setting(string setting, string kept)
    {
        var ack = Message.Ack()
            .With(DhcpOption.SubnetMask, "ffffff00")
            .With(DhcpOption.HostName, "6d6f64656d")
            .With(DhcpOption.Router, "0a010001");
        Assert.Equal(Octets(kept), ack.Granted(Codes(setting)).Options);
    }

    [Theory] // The reply writes these from the binding: what was true of the ACK would be a second, stale value (N27 to N30)
    [InlineData(DhcpOption.LeaseTime)]
    [InlineData(DhcpOption.Overload)]
    [InlineData(DhcpOption.MessageType)]
    [InlineData(DhcpOption.ServerIdentifier)]
    [InlineData(DhcpOption.RenewalTime)]
    [InlineData(DhcpOption.RebindingTime)]
    [InlineData(DhcpOption.ClientIdentifier)]
    [InlineData(DhcpOption.RelayAgentInformation)]
    [InlineData(DhcpOption.ClientLastTransactionTime)]
    [InlineData(DhcpOption.AssociatedIp)]
    public void Options_with_a_place_of_their_own_are_not_kept_twice(DhcpOption code)
    {
        var ack = Message.Ack().With(DhcpOption.Overload, "03").With(DhcpOption.Router, "0a010001");
        if (code is not (DhcpOption.MessageType or DhcpOption.LeaseTime or DhcpOption.Overload))
            ack = ack.With(code, "00000001");
        Assert.Equal(Octets("03040a010001"), ack.Granted(OptionSet.Of(code, DhcpOption.Router)).Options);
    }

    [Fact]
    public void Of_kept_options_those_that_fit_are_kept_whole()
    {
        var ack = Message.Ack()
            .With(DhcpOption.VendorClass, new byte[200])
            .With(DhcpOption.HostName, new byte[52])
            .With(DhcpOption.Router, new byte[50])
            .With(DhcpOption.SubnetMask, "01");
        var kept = OptionSet.Of(DhcpOption.VendorClass, DhcpOption.HostName, DhcpOption.Router, DhcpOption.SubnetMask);
        var options = ack.Granted(kept).Options;
        Assert.Equal((60, 200, 3, 50), (options.Span[0], options.Span[1], options.Span[202], options.Span[203]));
        Assert.Equal(254, options.Length); // the mask of three bytes found one too few
    }

    [Fact] // RFC 3396 section 5
    public void The_parts_of_a_kept_option_are_one_value() =>
        Assert.Equal(Octets("0302010a" + "0c0161"), Message.Ack()
            .With(DhcpOption.Router, "01")
            .With(DhcpOption.HostName, "61")
            .With(DhcpOption.Router, "0a")
            .Granted(OptionSet.Of(DhcpOption.Router, DhcpOption.HostName)).Options);

    [Fact]
    public void Of_a_kept_option_that_is_too_long_no_part_is_kept() =>
        Assert.Equal(Octets("0302010a"), Message.Ack()
            .With(DhcpOption.VendorClass, new byte[255])
            .With(DhcpOption.VendorClass, new byte[5])
            .With(DhcpOption.Router, "010a")
            .Granted(OptionSet.Of(DhcpOption.VendorClass, DhcpOption.Router)).Options);

    private static Message WithRai(params int[] lengths) => lengths.Index().Aggregate(
        Message.Ack(),
        (ack, part) => ack.With(DhcpOption.RelayAgentInformation, [.. Enumerable.Repeat((byte)(part.Index + 1), part.Item)]));

    private static OptionSet Codes(string codes) =>
        OptionSet.Read([.. codes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(byte.Parse)]);
}
