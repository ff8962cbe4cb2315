using Leasequery.Domain.Bindings;
using Leasequery.Domain.Tests.Support;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;
using static Leasequery.Domain.Tests.Support.Some;
using static Leasequery.Wire.Leasequeries.LeasequeryDialect;

namespace Leasequery.Domain.Tests.Bindings;

/// <summary>From a binding to what its requestor reads, dialect by dialect: N23 to N36.</summary>
public class AnsweringTests
{
    private const uint Later = Now + 600;

    private static readonly LeaseGranted FullGrant = Grant with
    {
        ClientIdentifier = ModemId,
        RenewalSeconds = 1800,
        RebindingSeconds = 3150,
        Options = Octets("0104ffffff0003040a010001"),
    };

    /// <summary>A server says active, and no time: the device is there without a lease.</summary>
    private static readonly LeaseReported Configured =
        new(Address, Modem, ModemId, 1, 300, null, null, null, Server, Rai, default) { IsConfigured = true };

    private static readonly Dictionary<string, Binding?> Situations = new()
    {
        ["leased"] = Bound(FullGrant),
        ["leased forever"] = Bound(FullGrant with { LeaseSeconds = uint.MaxValue }),
        ["expired"] = Bound(FullGrant with { LeaseSeconds = 600 }), // at this very second: a remaining time of 0 is no lease
        ["released"] = Ended(BindingState.Released),
        ["declined"] = Ended(BindingState.Declined),
        ["configured"] = After((Configured, Later - 100)),
        ["configured a while ago"] = After((Configured, Later - 300)),
        ["never seen"] = null,
    };

    [Theory] // N23: an address that is managed is acknowledged, lease or no lease
    [InlineData(Draft0, "leased", 5)]
    [InlineData(Draft0, "leased forever", 5)]
    [InlineData(Draft0, "expired", 5)]
    [InlineData(Draft0, "released", 5)]
    [InlineData(Draft0, "declined", 5)]
    [InlineData(Draft0, "configured", 5)]
    [InlineData(Draft0, "never seen", 5)]
    [InlineData(Draft2, "leased", 14)]
    [InlineData(Draft2, "leased forever", 14)]
    [InlineData(Draft2, "expired", 14)]
    [InlineData(Draft2, "released", 14)]
    [InlineData(Draft2, "declined", 14)]
    [InlineData(Draft2, "configured", 14)]
    [InlineData(Draft2, "never seen", 14)]
    [InlineData(Draft4, "leased", 16)]
    [InlineData(Draft4, "leased forever", 16)]
    [InlineData(Draft4, "expired", 14)]
    [InlineData(Draft4, "released", 14)]
    [InlineData(Draft4, "declined", 14)]
    [InlineData(Draft4, "configured", 16)]
    [InlineData(Draft4, "configured a while ago", 14)]
    [InlineData(Draft4, "never seen", 14)]
    [InlineData(Rfc4388, "leased", 13)]
    [InlineData(Rfc4388, "leased forever", 13)]
    [InlineData(Rfc4388, "expired", 11)]
    [InlineData(Rfc4388, "released", 11)]
    [InlineData(Rfc4388, "declined", 11)]
    [InlineData(Rfc4388, "configured", 13)]
    [InlineData(Rfc4388, "configured a while ago", 11)]
    [InlineData(Rfc4388, "never seen", 11)]
    public void Each_situation_has_its_word_in_each_dialect(LeasequeryDialect dialect, string situation, byte type)
    {
        var reply = Ask(dialect, situation, "51 82");
        Assert.Equal((type, Address, Relay, 0xbeefu), (reply.Type, reply.Ciaddr, reply.Giaddr, reply.Xid));
    }

    [Theory] // N25, N26: only the message type; RFC 4388 servers say who they are
    [InlineData(Draft0, 6, "53")]
    [InlineData(Draft2, 15, "53")]
    [InlineData(Draft4, 15, "53")]
    [InlineData(Rfc4388, 12, "53 54")]
    public void An_address_that_is_not_ours_is_refused_without_a_word_more(LeasequeryDialect dialect, byte type, string codes)
    {
        var answer = new LeasequeryAnswer { Outcome = LeasequeryOutcome.Unmanaged };
        var reply = Reply.Of(dialect, answer, "1 3 51 58 59 61 82", Later);
        Assert.Equal((type, codes, true), (reply.Type, reply.Codes, reply.Device.IsNone));
    }

    [Theory]
    [InlineData(Draft0)]
    [InlineData(Draft2)]
    [InlineData(Draft4)]
    [InlineData(Rfc4388)]
    public void With_a_lease_the_times_are_what_remains_N27_N29(LeasequeryDialect dialect)
    {
        var reply = Ask(dialect, "leased", "51 58 59");
        Assert.Equal((3000u, 1200u, 2550u),
            (reply.Number(DhcpOption.LeaseTime), reply.Number(DhcpOption.RenewalTime), reply.Number(DhcpOption.RebindingTime)));
    }

    [Theory]
    [InlineData(0u, "51 58 59")]
    [InlineData(1799u, "51 58 59")]
    [InlineData(1800u, "51 59")] // "where the draft is silent": T1 and T2 that are past are left out
    [InlineData(3149u, "51 59")]
    [InlineData(3150u, "51")]
    [InlineData(3599u, "51")]
    [InlineData(3600u, "")] // N28, N30
    [InlineData(100_000u, "")]
    public void Times_that_are_over_are_never_sent(uint later, string times)
    {
        var reply = Reply.Of(Draft0, Answering.Answer(Situations["leased"], Now + later), "51 58 59", Now + later);
        Assert.Equal($"53 54 {times}".TrimEnd(), reply.Codes);
    }

    [Theory]
    [InlineData(Draft0)]
    [InlineData(Draft2)]
    [InlineData(Draft4)]
    [InlineData(Rfc4388)]
    public void An_infinite_lease_is_returned_as_it_is_without_T1_and_T2(LeasequeryDialect dialect)
    {
        var reply = Ask(dialect, "leased forever", "51 58 59");
        Assert.Equal((uint.MaxValue, null, null),
            (reply.Number(DhcpOption.LeaseTime), reply.Number(DhcpOption.RenewalTime), reply.Number(DhcpOption.RebindingTime)));
    }

    [Theory] // N24, N28, N30: a device without a lease, as a server named it
    [InlineData(Draft0)]
    [InlineData(Draft2)]
    [InlineData(Draft4)]
    [InlineData(Rfc4388)]
    public void Of_a_device_without_a_lease_all_but_a_time_is_told(LeasequeryDialect dialect)
    {
        var reply = Ask(dialect, "configured", "51 58 59 82");
        Assert.Equal((Modem, Rai.ToString()), (reply.Device, reply.Hex(DhcpOption.RelayAgentInformation)));
        Assert.Equal((null, null, null),
            (reply.Number(DhcpOption.LeaseTime), reply.Number(DhcpOption.RenewalTime), reply.Number(DhcpOption.RebindingTime)));
    }

    [Theory] // N28, N30, and N31, N34, N36: the drafts go on telling who was there last, and where
    [InlineData("expired")]
    [InlineData("released")]
    [InlineData("declined")]
    public void Without_a_lease_the_drafts_tell_the_most_recent_device_and_no_time(string situation)
    {
        foreach (var dialect in new[] { Draft0, Draft2, Draft4 })
        {
            var reply = Ask(dialect, situation, "1 51 58 59 82");
            Assert.Equal("53 54 1 82", reply.Codes);
            Assert.Equal((Modem, Rai.ToString()), (reply.Device, reply.Hex(DhcpOption.RelayAgentInformation)));
        }
    }

    [Theory] // RFC 4388 section 6.4.2: "No other options are returned for the DHCPLEASEUNASSIGNED message"
    [InlineData("expired")]
    [InlineData("released")]
    [InlineData("declined")]
    [InlineData("never seen")]
    public void Without_a_lease_the_rfc_tells_nothing_more(string situation)
    {
        var reply = Ask(Rfc4388, situation, "1 51 58 59 61 82 91");
        Assert.Equal(("53 54", true), (reply.Codes, reply.Device.IsNone));
    }

    [Theory] // N28, N30: nobody says that a lease runs, so there are no times of one, whatever was granted
    [InlineData(Draft0)]
    [InlineData(Draft2)]
    [InlineData(Draft4)]
    [InlineData(Rfc4388)]
    public void The_last_that_was_known_is_told_without_a_time(LeasequeryDialect dialect)
    {
        var reply = Reply.Of(dialect, Answering.LastKnown(Situations["leased"]!), "51 58 59 82", Later);
        Assert.Equal((Modem, Rai.ToString()), (reply.Device, reply.Hex(DhcpOption.RelayAgentInformation)));
        Assert.Equal((null, null, null),
            (reply.Number(DhcpOption.LeaseTime), reply.Number(DhcpOption.RenewalTime), reply.Number(DhcpOption.RebindingTime)));
    }

    [Fact] // N33: not the one before
    public void With_a_lease_the_hardware_address_is_its_owners()
    {
        var binding = After((FullGrant, Now), (FullGrant with { Device = Stranger, ClientIdentifier = null }, Now + 10));
        foreach (var dialect in Enum.GetValues<LeasequeryDialect>())
            Assert.Equal(Stranger, Reply.Of(dialect, Answering.Answer(binding, Later), "51", Later).Device);
    }

    [Fact]
    public void Where_nobody_ever_was_the_hardware_address_is_zero_N32()
    {
        foreach (var dialect in Enum.GetValues<LeasequeryDialect>())
        {
            var reply = Ask(dialect, "never seen", "51 58 59 82");
            Assert.Equal((HardwareAddress.None, "53 54"), (reply.Device, reply.Codes));
        }
    }

    [Theory]
    [InlineData("ff")] // badly formed
    [InlineData("0104000204430206c40415bda861090b0000118b06010401020300")] // DOCSIS
    public void Option_82_comes_back_byte_for_byte_N34(string information)
    {
        var binding = Bound(Grant with { RelayAgentInformation = Octets(information) });
        foreach (var dialect in Enum.GetValues<LeasequeryDialect>())
            Assert.Equal(information,
                Reply.Of(dialect, Answering.Answer(binding, Later), "82", Later).Hex(DhcpOption.RelayAgentInformation));
    }

    [Fact] // The location is what the query is for: whatever else is known, it has its room
    public void The_longest_option_82_comes_back_beside_all_else_that_can_be_kept()
    {
        var information = OctetString.Copy([.. Enumerable.Range(0, Gleaning.MaxRelayAgentInformation).Select(i => (byte)i)]);
        var binding = Bound(FullGrant with
        {
            ClientIdentifier = Client(new string('a', 2 * ClientIdentifier.MaxLength)),
            RelayAgentInformation = information,
            Options = Octets("3cfd" + new string('b', 2 * 253)),
        });
        foreach (var dialect in Enum.GetValues<LeasequeryDialect>())
        {
            var reply = Reply.Of(dialect, Answering.Answer(binding, Later), "51 58 59 60 61 82", Later);
            Assert.Equal(information.ToString(), reply.Hex(DhcpOption.RelayAgentInformation));
            Assert.Equal(3000u, reply.Number(DhcpOption.LeaseTime));
        }
    }

    [Theory] // N27, N29, N34, N36: what the list names, and only that; 54 always, and in the RFC dialect 91
    [InlineData(Draft0, "51", "53 54 51")]
    [InlineData(Draft0, "82", "53 54 82")]
    [InlineData(Draft0, "3", "53 54 3")]
    [InlineData(Draft0, "6", "53 54")] // not known
    [InlineData(Draft0, "61", "53 54 61")]
    [InlineData(Draft0, "91", "53 54 91")] // N36: the draft does not know it, but who names it does
    [InlineData(Draft2, "51 91", "53 54 51 91")]
    [InlineData(Draft4, "91", "53 54 91")]
    [InlineData(Draft0, "1 3 51 58 59 61 82", "53 54 51 58 59 61 1 3 82")]
    [InlineData(Draft2, "1 3 51 58 59 61 82", "53 54 51 58 59 61 1 3 82")]
    [InlineData(Draft4, "1 3 51 58 59 61 82", "53 54 51 58 59 61 1 3 82")]
    [InlineData(Rfc4388, "1 3 51 58 59 61 82", "53 54 51 58 59 91 61 1 3 82")]
    [InlineData(Rfc4388, "82", "53 54 91 82")]
    [InlineData(Rfc4388, "", "53 54 91")]
    [InlineData(Draft0, null, "53 54 51 82")] // "where the draft is silent": no list means 51 and 82
    [InlineData(Draft2, null, "53 54 51 82")]
    [InlineData(Draft4, null, "53 54 51 82")]
    [InlineData(Rfc4388, null, "53 54 51 58 59 91 61 82")] // and in the RFC dialect what real servers send unasked
    public void What_is_asked_for_and_known_is_told(LeasequeryDialect dialect, string? parameters, string codes) =>
        Assert.Equal(codes.Split(' ').Order(), Ask(dialect, "leased", parameters).Codes.Split(' ').Order());

    [Fact] // RFC 3046 section 2.1: "should be the last option"
    public void Option_82_is_the_last_option()
    {
        foreach (var dialect in Enum.GetValues<LeasequeryDialect>())
            Assert.EndsWith(" 82", Ask(dialect, "leased", "1 3 51 58 59 61 82").Codes, StringComparison.Ordinal);
    }

    [Fact] // N36, RFC 4388 section 6.4.2; a renewal's ACK may leave option 61 out
    public void The_client_identifier_is_told_though_the_renewal_did_not_repeat_it()
    {
        var binding = After((FullGrant, Now), (FullGrant with { ClientIdentifier = null, TransactionId = 0x5678 }, Now + 300));
        Assert.Equal(ModemId.ToString(),
            Reply.Of(Rfc4388, Answering.Answer(binding, Later), "61", Later).Hex(DhcpOption.ClientIdentifier));
    }

    [Theory] // RFC 4388 section 6.1; real servers: 51 + 91 equals the lease time that was granted
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(3599u)]
    public void In_the_rfc_dialect_remaining_and_past_time_add_up_to_the_lease(uint later)
    {
        var reply = Reply.Of(Rfc4388, Answering.Answer(Situations["leased"], Now + later), null, Now + later);
        Assert.Equal(Hour, reply.Number(DhcpOption.LeaseTime) + reply.Number(DhcpOption.ClientLastTransactionTime));
    }

    [Fact] // N2
    public void Answering_reads_only_and_says_the_same_again()
    {
        var binding = Bound(FullGrant);
        var before = binding with { };
        Assert.Equal(
            Ask(Draft0, "leased", "51").Number(DhcpOption.LeaseTime),
            Ask(Draft0, "leased", "51").Number(DhcpOption.LeaseTime));
        Answering.Answer(binding, Later);
        Assert.Equal(before, binding);
    }

    [Theory] // From a captured ACK to the reply: gleaned, decided, answered ten minutes later
    [InlineData(Draft0, 5)]
    [InlineData(Draft2, 14)]
    [InlineData(Draft4, 16)]
    [InlineData(Rfc4388, 13)]
    public void What_a_captured_ack_taught_is_told(LeasequeryDialect dialect, byte type)
    {
        var binding = After((Message.Observe(Capture.Read("relayed-ack-suboptions-1-2-6"), out _)!, Now));
        var reply = Reply.Of(dialect, Answering.Answer(binding, Later), "51 58 59 82", Later);

        Assert.Equal((type, Modem), (reply.Type, reply.Device));
        Assert.Equal((3000u, 1200u, 2518u),
            (reply.Number(DhcpOption.LeaseTime), reply.Number(DhcpOption.RenewalTime), reply.Number(DhcpOption.RebindingTime)));
        Assert.Equal("011674686973206973206f6e6c79206120746573742e2e2e02011306072d73756249442d",
            reply.Hex(DhcpOption.RelayAgentInformation));
    }

    private static Reply Ask(LeasequeryDialect dialect, string situation, string? parameters) =>
        Reply.Of(dialect, Answering.Answer(Situations[situation], Later), parameters, Later);

    private static Binding? Ended(BindingState state) =>
        After((FullGrant, Now), (new LeaseGivenUp(Address, Modem, ModemId, 0x9999, state), Now + 60));
}
