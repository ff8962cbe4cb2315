using Leasequery.Wire.Leasequeries;
using Leasequery.Wire.Tests.Support;

namespace Leasequery.Wire.Tests.Leasequeries;

/// <summary>
/// What we write, another program reads as we meant it. Expected values are literals, <c>name=value</c> each; a field that
/// is not named is absent. tshark names message types 11 and up by RFC 4388, 6926 and 7724 whatever the direction, so the
/// numbers are compared and not the names.
/// </summary>
public class TsharkAgreementTests(TsharkAgreementTests.Decoded decoded) : IClassFixture<TsharkAgreementTests.Decoded>
{
    private const uint Now = 1_700_000_000;

    private const string Echo = " xid=0x11223344 flags=0x8000 ciaddr=10.1.2.3 giaddr=10.9.9.9";
    private const string Device = " htype=0x01 hlen=6 chaddr=00:0a:28:00:fa:42";
    private const string NoDevice = " htype=0x00 hlen=0";
    private const string Wanted = " parameters=1,12,51,58,59,82";
    private const string Times = " server=10.0.0.1 lease=3600 t1=1800 t2=3150";
    private const string Others = " mask=255.255.255.0 host=ab circuit=00020443 remote=c40415bda861 sub-options=1,2";
    private const string Lease = " options=53,54,51,58,59,1,12,82,0 lengths=1,4,4,4,4,4,2,14" + Times + Others;
    private const string NoLease = " options=53,54,1,12,82,0 lengths=1,4,4,2,14 server=10.0.0.1" + Others;

    /// <summary>Our word for a field, and tshark's.</summary>
    private static readonly (string Name, string Field)[] Fields =
    [
        ("op", "dhcp.type"), ("type", "dhcp.option.dhcp"), ("xid", "dhcp.id"), ("flags", "dhcp.flags"),
        ("ciaddr", "dhcp.ip.client"), ("giaddr", "dhcp.ip.relay"), ("htype", "dhcp.hw.type"), ("hlen", "dhcp.hw.len"),
        ("chaddr", "dhcp.hw.mac_addr"), ("options", "dhcp.option.type"), ("lengths", "dhcp.option.length"),
        ("server", "dhcp.option.dhcp_server_id"), ("parameters", "dhcp.option.request_list_item"),
        ("lease", "dhcp.option.ip_address_lease_time"), ("t1", "dhcp.option.renewal_time_value"),
        ("t2", "dhcp.option.rebinding_time_value"), ("last", "dhcp.option.client_last_transaction_time"),
        ("mask", "dhcp.option.subnet_mask"), ("host", "dhcp.option.hostname"), ("class", "dhcp.option.vendor_class_id"),
        ("circuit", "dhcp.option.agent_information_option.agent_circuit_id"),
        ("remote", "dhcp.option.agent_information_option.agent_remote_id"),
        ("link", "dhcp.option.agent_information_option.link_selection"),
        ("subscriber", "dhcp.option.agent_information_option.subscriber_id"),
        ("enterprise", "dhcp.option.agent_information_option.vi.enterprise"),
        ("override", "dhcp.option.agent_information_option.server_id_override"),
        ("relay", "dhcp.option.agent_information_option.relay_agent_id"),
        ("sub-options", "dhcp.option.agent_information_option.suboption"), ("malformed", "_ws.malformed"),
    ];

    private const string Location = "01 04 00020443 02 06 c40415bda861";

    private const string EverySubOption = Location + "05 04 0a010000" + "06 03 737562" + "09 0b 0000118b 06 010401020300"
        + "0b 04 0a090909" + "0c 02 abcd" + "97 08 01 00118b 00000007";

    /// <summary>A circuit id that fills one instance to the last byte, and a remote id for the next.</summary>
    private static readonly string TwoParts = "01 fd" + string.Concat(Enumerable.Repeat("61", 253)) + "02 02 beef";

    private static readonly Dictionary<string, byte[]> Messages = new()
    {
        ["query draft-0"] = Query(LeasequeryDialect.Draft0),
        ["query rfc4388"] = Query(LeasequeryDialect.Rfc4388),
        ["query with source port"] = Query(LeasequeryDialect.Rfc4388, wantsSourcePort: true),
        ["draft-0 leased"] = Reply(LeasequeryDialect.Draft0, LeasequeryOutcome.Leased),
        ["draft-0 unleased"] = Reply(LeasequeryDialect.Draft0, LeasequeryOutcome.Unleased),
        ["draft-0 unmanaged"] = Reply(LeasequeryDialect.Draft0, LeasequeryOutcome.Unmanaged),
        ["draft-2 leased"] = Reply(LeasequeryDialect.Draft2, LeasequeryOutcome.Leased),
        ["draft-2 unmanaged"] = Reply(LeasequeryDialect.Draft2, LeasequeryOutcome.Unmanaged),
        ["draft-2 unleased"] = Reply(LeasequeryDialect.Draft2, LeasequeryOutcome.Unleased),
        ["draft-4 leased"] = Reply(LeasequeryDialect.Draft4, LeasequeryOutcome.Leased),
        ["draft-4 unleased"] = Reply(LeasequeryDialect.Draft4, LeasequeryOutcome.Unleased),
        ["draft-4 unmanaged"] = Reply(LeasequeryDialect.Draft4, LeasequeryOutcome.Unmanaged),
        ["rfc4388 leased"] = Reply(LeasequeryDialect.Rfc4388, LeasequeryOutcome.Leased),
        ["rfc4388 unleased"] = Reply(LeasequeryDialect.Rfc4388, LeasequeryOutcome.Unleased),
        ["rfc4388 unmanaged"] = Reply(LeasequeryDialect.Rfc4388, LeasequeryOutcome.Unmanaged),
        ["every sub-option"] = Reply(LeasequeryDialect.Draft0, LeasequeryOutcome.Leased, EverySubOption),
        ["option 82 in two parts"] = Reply(LeasequeryDialect.Draft0, LeasequeryOutcome.Leased, TwoParts),
        ["option 60 in three parts"] = ThreeParts(),
    };

    [TsharkTheory] // N11 to N15
    [InlineData("query draft-0", "op=1 type=13" + Echo + NoDevice + " options=53,55,0 lengths=1,6" + Wanted)]
    [InlineData("query rfc4388", "op=1 type=10" + Echo + NoDevice + " options=53,55,0 lengths=1,6" + Wanted)]
    [InlineData("query with source port",
        "op=1 type=10" + Echo + NoDevice + " options=53,55,82,0 lengths=1,6,2" + Wanted + " sub-options=19")]
    public void Reads_our_queries_as_we_meant_them(string message, string fields) => Assert.Equal(fields, decoded[message]);

    [TsharkTheory] // N23 to N34
    [InlineData("draft-0 leased", "op=2 type=5" + Echo + Device + Lease)]
    [InlineData("draft-2 leased", "op=2 type=14" + Echo + Device + Lease)]
    [InlineData("draft-4 leased", "op=2 type=16" + Echo + Device + Lease)]
    [InlineData("rfc4388 leased", "op=2 type=13" + Echo + Device
        + " options=53,54,51,58,59,91,1,12,82,0 lengths=1,4,4,4,4,4,4,2,14" + Times + " last=60" + Others)]
    [InlineData("draft-0 unleased", "op=2 type=5" + Echo + Device + NoLease)]
    [InlineData("draft-2 unleased", "op=2 type=14" + Echo + Device + NoLease)]
    [InlineData("draft-4 unleased", "op=2 type=14" + Echo + Device + NoLease)]
    [InlineData("rfc4388 unleased", "op=2 type=11" + Echo + NoDevice + " options=53,54,0 lengths=1,4 server=10.0.0.1")]
    [InlineData("draft-0 unmanaged", "op=2 type=6" + Echo + NoDevice + " options=53,0 lengths=1")]
    [InlineData("draft-2 unmanaged", "op=2 type=15" + Echo + NoDevice + " options=53,0 lengths=1")]
    [InlineData("draft-4 unmanaged", "op=2 type=15" + Echo + NoDevice + " options=53,0 lengths=1")]
    [InlineData("rfc4388 unmanaged", "op=2 type=12" + Echo + NoDevice + " options=53,54,0 lengths=1,4 server=10.0.0.1")]
    public void Reads_our_replies_as_we_meant_them(string message, string fields) => Assert.Equal(fields, decoded[message]);

    [TsharkTheory] // of 19 and 151 it knows the numbers, not what is inside
    [InlineData("every sub-option", " host=ab circuit=00020443 remote=c40415bda861 link=10.1.0.0 subscriber=sub enterprise=4491"
        + " override=10.9.9.9 relay=abcd sub-options=1,2,5,6,9,11,12,151")]
    [InlineData("option 82 in two parts", "61616161 remote=beef sub-options=1,2")]
    public void Reads_relay_agent_information_as_the_relay_wrote_it(string message, string lastFields) =>
        Assert.EndsWith(lastFields, decoded[message], StringComparison.Ordinal);

    [TsharkTheory] // RFC 3396 section 6
    [InlineData("option 82 in two parts", " options=53,54,51,58,59,1,12,82,82,0 lengths=1,4,4,4,4,4,2,255,4 ")]
    [InlineData("option 60 in three parts", " options=53,54,60,60,60,82,0 lengths=1,4,255,255,90,14 ")]
    public void Reads_each_instance_of_a_long_option(string message, string instances) =>
        Assert.Contains(instances, decoded[message], StringComparison.Ordinal);

    private static byte[] Query(LeasequeryDialect dialect, bool wantsSourcePort = false)
    {
        var message = new byte[LeasequeryReply.MaxSize];
        return message[..Request(dialect, wantsSourcePort).Write(message)];
    }

    private static byte[] Reply(LeasequeryDialect dialect, LeasequeryOutcome outcome, string information = Location)
    {
        Assert.True(HardwareAddress.TryParse("00:0a:28:00:fa:42", out var device));
        var answer = new LeasequeryAnswer
        {
            Outcome = outcome,
            Device = device,
            ExpiresAt = Now + 3600,
            RenewsAt = Now + 1800,
            RebindsAt = Now + 3150,
            LastTransactionAt = Now - 60,
            Options = RawMessage.Hex("01 04 ffffff00 0c 02 6162"),
            RelayAgentInformation = RawMessage.Hex(information),
        };
        var message = new byte[LeasequeryReply.MaxSize];
        var server = Ipv4Address.Parse("10.0.0.1");
        return message[..LeasequeryReply.Write(message, Request(dialect), dialect, answer, Now, server)];
    }

    private static byte[] ThreeParts()
    {
        var message = new byte[LeasequeryReply.MaxSize];
        var writer = new DhcpPacketWriter(message, DhcpOpCode.BootReply);
        Assert.True(writer.TryWriteOption(DhcpOption.MessageType, (byte)DhcpMessageType.Ack)
            && writer.TryWriteOption(DhcpOption.ServerIdentifier, Ipv4Address.Parse("10.0.0.1"))
            && writer.TryWriteOption(DhcpOption.VendorClass, Enumerable.Repeat((byte)'a', 600).ToArray())
            && writer.TryWriteOption(DhcpOption.RelayAgentInformation, RawMessage.Hex(Location)));
        return message[..writer.Finish()];
    }

    private static LeasequeryRequest Request(LeasequeryDialect dialect, bool wantsSourcePort = false) =>
        new(Ipv4Address.Parse("10.1.2.3"), Ipv4Address.Parse("10.9.9.9"), 0x11223344, 0x8000, dialect.QueryType(), true,
            OptionSet.Read([1, 12, 51, 58, 59, 82]), wantsSourcePort);

    /// <summary>All messages as tshark reads them, in one run: the fields that are there, <c>name=value</c>.</summary>
    public sealed class Decoded
    {
        private readonly Dictionary<string, string> _byName = [];

        public Decoded()
        {
            if (Tshark.SkipReason is not null)
                return;
            var decoded = Tshark.Decode(Messages.Values, [.. Fields.Select(field => field.Field)]);
            foreach (var (name, values) in Messages.Keys.Zip(decoded))
                _byName[name] = string.Join(' ', Fields.Zip(values).Where(pair => pair.Second.Length > 0)
                    .Select(pair => $"{pair.First.Name}={pair.Second}"));
        }

        public string this[string message] => _byName[message];
    }
}
