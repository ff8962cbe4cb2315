using Akka.TestKit;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Ingress;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Stores;
using Leasequery.Actors.Tests.Support;
using Leasequery.Actors.Tests.Upstream;
using Leasequery.Actors.Upstream;
using Leasequery.Domain.Bindings;
using Leasequery.Domain.Upstream;
using Leasequery.Tests.Support;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leasequery.Actors.Tests.Ingress;

/// <summary>What becomes of datagrams where there are DHCP servers to ask.</summary>
public class DatagramHandlerUpstreamTests : UpstreamSpec
{
    private const string Server = "192.0.2.1:67";
    private const string Relay = "10.9.0.1:67";
    private const uint Start = Some.Now;

    private static readonly Ipv4Address Subscriber = Address("10.1.2.3");
    private static readonly HardwareAddress Modem =
        HardwareAddress.TryParse("00:0a:28:00:fa:42", out var modem) ? modem : throw new FormatException();

    private readonly TestProbe _addresses;
    private readonly TestProbe _servers;
    private readonly TestProbe _ingress;
    private readonly DatagramCounters _counters = new();
    private readonly LocationTable _table = new(new ShardMap(1), new NegativeCache(64, 8));
    private readonly DatagramHandler _handler;
    private readonly byte[] _reply = new byte[LeasequeryReply.MaxSize];

    public DatagramHandlerUpstreamTests()
    {
        _addresses = CreateTestProbe();
        _servers = CreateTestProbe();
        _ingress = CreateTestProbe();
        // The server's address is a relay's too: what it sends to clients can be gleaned.
        var settings = Settings("""servers = [{ address = "192.0.2.1" }, { address = "192.0.2.2:1067" }]""") with
        {
            Relays = new Domain.Networks.ManagedNetworks([Ipv4Prefix.Parse("10.9.0.0/16"), Ipv4Prefix.Parse("192.0.2.0/24")]),
        };
        var context = new IngressContext(settings, _table,
            new StoreHealth(Clock, TimeSpan.FromSeconds(1), NullLogger<StoreHealth>.Instance),
            new AdmissionGate(10, TimeSpan.FromSeconds(5), Clock), new AdmissionGate(10, TimeSpan.FromSeconds(5), Clock),
            Touch.Always(Clock));
        _handler = new DatagramHandler(context, _addresses, _servers, _ingress, Forwarders.None, _counters);
        _table.Begin(0);
        _table.Complete(0);
    }

    [Theory] // RFC 4388, the drafts; the type says nothing here, the address does
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    public void A_leasequery_reply_of_a_server_goes_to_its_actor(byte type)
    {
        Handle(Reply(type), Server);
        var replied = _servers.ExpectMsg<ServerProtocol.Replied>();
        Assert.Equal((Server, 0xbeefu, (DhcpMessageType)type, Subscriber),
            (replied.Server, replied.Reply.TransactionId, replied.Reply.MessageType, replied.Reply.Address));
        Assert.Equal(_ingress.Ref, _servers.Sender);
        Assert.Equal(1, _counters.Count(DatagramKind.Reply));
        Assert.False(_addresses.HasMessages);
    }

    [Fact]
    public void All_that_a_reply_says_goes_along()
    {
        Handle(Reply(13, Modem,
            (DhcpOption.LeaseTime, "00000e10"), (DhcpOption.RenewalTime, "00000708"), (DhcpOption.RebindingTime, "00000c4e"),
            (DhcpOption.ClientLastTransactionTime, "0000003c"), (DhcpOption.ServerIdentifier, "c0000201"),
            (DhcpOption.SubnetMask, "ffff0000"), (DhcpOption.ClientIdentifier, "ff0102"),
            (DhcpOption.RelayAgentInformation, "010107")), Server);

        ClientIdentifier.TryCreate([0xff, 1, 2], out var client);
        Assert.Equal(new ServerReply(0xbeef, DhcpMessageType.LeaseActive, Subscriber, Modem, client, 3600, 1800, 3150, 60,
            Address("192.0.2.1"), OctetString.Copy([1, 1, 7]), OctetString.Copy([1, 4, 255, 255, 0, 0])),
            _servers.ExpectMsg<ServerProtocol.Replied>().Reply);
    }

    [Theory] // N9: whoever knows the port may send; only a server that was asked is heard
    [InlineData("192.0.2.9:67")]
    [InlineData("192.0.2.1:68")]
    [InlineData("192.0.2.2:67")]
    [InlineData("10.9.0.1:67")]
    public void A_leasequery_reply_of_anybody_else_is_dropped_and_counted(string source)
    {
        Handle(Reply(13), source);
        Assert.Equal((1, 1), (_counters.Count(IngressDrop.UnsolicitedReply), _counters.Count(DatagramKind.Reply)));
        ExpectNobodyIsTold();
    }

    [Fact]
    public void A_server_has_its_own_port()
    {
        Handle(Reply(13), "192.0.2.2:1067");
        Assert.Equal("192.0.2.2:1067", _servers.ExpectMsg<ServerProtocol.Replied>().Server);
    }

    [Fact] // draft 0 answers with the numbers that clients are answered with
    public void An_ack_of_a_server_to_a_client_is_gleaned_and_no_answer_to_a_leasequery()
    {
        Handle(Datagram(DhcpOpCode.BootReply, 5, default, Subscriber, Modem, (DhcpOption.LeaseTime, "00000e10")), Server);
        Assert.Equal(Subscriber, _addresses.ExpectMsg<AddressProtocol.Glean>().Address);
        Assert.Equal(1, _counters.Count(DatagramKind.Dhcp));
        Assert.False(_servers.HasMessages);
    }

    [Fact] // a renewal has both: ciaddr is what the client had
    public void An_ack_to_a_renewal_is_gleaned()
    {
        Handle(Datagram(DhcpOpCode.BootReply, 5, Subscriber, Subscriber, Modem, (DhcpOption.LeaseTime, "00000e10")), Server);
        _addresses.ExpectMsg<AddressProtocol.Glean>();
        Assert.False(_servers.HasMessages);
    }

    [Fact]
    public void A_nak_of_a_server_to_a_client_says_nothing()
    {
        Handle(Datagram(DhcpOpCode.BootReply, 6, default, default, default), Server);
        Assert.Equal(1, _counters.Count(GleaningSkip.Nak));
        ExpectNobodyIsTold();
    }

    [Fact] // without servers it is settled: nobody could say more
    public void A_never_seen_address_is_a_question()
    {
        Assert.Equal("", Ask());
        Assert.Equal(Subscriber, _addresses.ExpectMsg<AddressProtocol.Locate>().Address);
        Assert.Equal((1, 0), (_counters.Asked, _counters.Settled));
    }

    [Fact] // N7
    public void A_lease_whose_end_has_passed_is_a_question()
    {
        Publish(expiresAt: Start);
        Assert.Equal("", Ask());
        _addresses.ExpectMsg<AddressProtocol.Locate>();
    }

    [Fact]
    public void A_lease_that_runs_is_answered_from_the_table()
    {
        Publish(expiresAt: Start + 60);
        Assert.Equal("53:0d", Ask());
        ExpectNobodyIsTold();
    }

    [Theory] // until its end, then it is a question again
    [InlineData(false)]
    [InlineData(true)]
    public void A_vacancy_is_answered_from_the_table_N42(bool wasSeen)
    {
        if (wasSeen)
            Publish(expiresAt: Start);
        _table.PublishVacancy(Subscriber, Start + 300, Start);
        Assert.Equal("53:0b", Ask(Start + 299));
        ExpectNobodyIsTold();
        Assert.Equal((0, 1), (_counters.Asked, _counters.Settled));

        Assert.Equal("", Ask(Start + 300));
        _addresses.ExpectMsg<AddressProtocol.Locate>();
    }

    [Fact] // N16, N25
    public void An_address_outside_the_networks_is_no_question()
    {
        Assert.Equal("53:0c", Ask(address: "10.3.0.1"));
        ExpectNobodyIsTold();
    }

    [Fact]
    public void A_vacancy_costs_no_allocation()
    {
        _table.PublishVacancy(Subscriber, Start + 300, Start);
        var query = Query("10.1.2.3");
        Assert.True(Ipv4Endpoint.TryParse(Relay, 67, out var from));
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (var i = 0; i < 10_000; i++)
                _handler.Handle(query, from, default, Start, _reply, out _);
        }));
    }

    private static byte[] Query(string address)
    {
        var query = new byte[512];
        var request = new LeasequeryRequest(Address(address), Address("10.9.0.1"), 1, 0, DhcpMessageType.LeaseQuery, false,
            default, false);
        return query[..request.Write(query)];
    }

    private static byte[] Reply(byte type, HardwareAddress device = default, params (DhcpOption Code, string Hex)[] options) =>
        Datagram(DhcpOpCode.BootReply, type, Subscriber, default, device, options);

    private static byte[] Datagram(DhcpOpCode op, byte type, Ipv4Address ciaddr, Ipv4Address yiaddr, HardwareAddress device,
        params (DhcpOption Code, string Hex)[] options)
    {
        var bytes = new byte[512];
        var writer = new DhcpPacketWriter(bytes, op)
        {
            TransactionId = 0xbeef,
            ClientAddress = ciaddr,
            YourAddress = yiaddr,
            RelayAddress = Address("10.9.0.1"),
            HardwareAddress = device,
        };
        Assert.True(writer.TryWriteOption(DhcpOption.MessageType, type));
        foreach (var (code, hex) in options)
            Assert.True(writer.TryWriteOption(code, Convert.FromHexString(hex)));
        return bytes[..writer.Finish()];
    }

    private void Publish(uint expiresAt) => _table.Publish(new Binding(Subscriber, BindingState.Leased, default, null, 1,
        Start - 100, expiresAt, 0, 0, default, default, default, default), 1);

    private int Handle(byte[] datagram, string source, uint now = Start)
    {
        Assert.True(Ipv4Endpoint.TryParse(source, 67, out var from));
        return _handler.Handle(datagram, from, default, now, _reply, out _);
    }

    /// <summary>The message type of the answer; empty when there is none yet.</summary>
    private string Ask(uint now = Start, string address = "10.1.2.3")
    {
        var length = Handle(Query(address), Relay, now);
        if (length == 0)
            return "";
        Assert.True(DhcpPacket.TryParse(_reply.AsSpan(0, length), out var packet, out _));
        return $"53:{(byte)packet.MessageType:x2}";
    }

    private void ExpectNobodyIsTold() => Assert.Equal((false, false), (_addresses.HasMessages, _servers.HasMessages));
}
