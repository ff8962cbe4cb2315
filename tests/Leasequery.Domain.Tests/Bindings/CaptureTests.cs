using Leasequery.Domain.Bindings;
using Leasequery.Domain.Tests.Support;
using Leasequery.Wire;
using static Leasequery.Domain.Tests.Support.Some;

namespace Leasequery.Domain.Tests.Bindings;

/// <summary>Gleaning of what real networks send.</summary>
public class CaptureTests
{
    public static TheoryData<string, GleaningSkip> Datagrams => new()
    {
        { "discover", GleaningSkip.ClientRequest },
        { "offer", GleaningSkip.Offer },
        { "request-of-an-offer", GleaningSkip.ClientRequest },
        { "nak", GleaningSkip.Nak },
        { "request-of-a-known-address", GleaningSkip.ClientRequest },
        { "ack", GleaningSkip.None },
        { "decline-without-option-50", GleaningSkip.NoAddress },
        { "release-without-ciaddr", GleaningSkip.NoAddress },
        { "inform", GleaningSkip.ClientRequest },
        { "relayed-ack-suboptions-1-2-6", GleaningSkip.None },
        { "pon-offer-option90", GleaningSkip.Offer },
        { "docsis-discover", GleaningSkip.ClientRequest },
        { "docsis-offer", GleaningSkip.Offer },
        { "docsis-mta-discover", GleaningSkip.ClientRequest },
        { "docsis-mta-offer", GleaningSkip.Offer },
    };

    [Theory]
    [MemberData(nameof(Datagrams))]
    public void Each_captured_datagram_binds_or_says_why_not(string name, GleaningSkip why)
    {
        Assert.Equal(why == GleaningSkip.None, Message.Observe(Capture.Read(name), out var skip) is not null);
        Assert.Equal(why, skip);
    }

    [Fact]
    public void Every_capture_is_in_the_table() =>
        Assert.Equal(Capture.Names, Datagrams.Select(row => (string)row[0]).Order());

    [Fact]
    public void An_ack_without_relay() => Assert.Equal(
        new LeaseGranted(Ipv4Address.Parse("128.2.6.189"), Device("90:b1:1c:99:49:29"), null, 0x7c0, 900, null, null, default,
            Ipv4Address.Parse("128.2.6.152"), default, Octets("0104ffffff000304" + "80020601")),
        Message.Observe(Capture.Read("ack"), out _, OptionSet.Of(DhcpOption.SubnetMask, DhcpOption.Router)));

    [Fact]
    public void An_ack_with_circuit_remote_and_subscriber() => Assert.Equal(
        new LeaseGranted(Ipv4Address.Parse("192.168.0.10"), Modem, null, 0x3d11, 3600, 1800, 3118, default,
            Ipv4Address.Parse("10.10.0.1"),
            Octets("011674686973206973206f6e6c79206120746573742e2e2e02011306072d73756249442d"), default),
        Message.Observe(Capture.Read("relayed-ack-suboptions-1-2-6"), out _));

    [Theory] // What the OFFER of a capture has in option 82, its ACK has too: DOCSIS vendor sub-option 9, a PON's circuit
    [InlineData("docsis-offer", "10.214.98.138", "10.53.0.1", "0104000204430206c40415bda861090b0000118b06010401020300")]
    [InlineData("docsis-mta-offer", "10.219.62.18", "10.68.0.1", "0104000203fa0206200cc8e2fa30090b0000118b06010401020300")]
    [InlineData("pon-offer-option90", "10.10.8.235", "10.10.8.240", "011420504f4e20312f312f30372f30313a312e302e31")]
    public void Option_82_of_access_gear_is_kept_byte_for_byte_N5_N34(
        string offer, string address, string relay, string information)
    {
        var granted = Assert.IsType<LeaseGranted>(Message.Observe(AsAck(offer), out _));
        Assert.Equal(Ipv4Address.Parse(address), granted.Address);
        Assert.Equal(Ipv4Address.Parse(relay), granted.Relay);
        Assert.Equal(Octets(information), granted.RelayAgentInformation);
    }

    [Fact] // This PON's server returns the client identifier (RFC 6842): type 0, then a name
    public void A_client_identifier_in_a_reply_is_the_clients() => Assert.Equal(
        Client("006e617468616e31636c69656e746964"),
        Assert.IsType<LeaseGranted>(Message.Observe(AsAck("pon-offer-option90"), out _)).ClientIdentifier);

    private static byte[] AsAck(string offer)
    {
        var bytes = Capture.Read(offer);
        var type = bytes.AsSpan().IndexOf("\x35\x01\x02"u8) + 2;
        bytes[type] = (byte)DhcpMessageType.Ack;
        return bytes;
    }
}
