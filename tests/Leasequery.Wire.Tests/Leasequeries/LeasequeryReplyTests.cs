using CsCheck;
using Leasequery.Wire.Leasequeries;
using Leasequery.Wire.Tests.Support;

namespace Leasequery.Wire.Tests.Leasequeries;

/// <summary>
/// Rows say what comes back as <c>code:hex</c> each: 53 message type, 54 server, 51 lease time, 58 T1, 59 T2, 91 last
/// transaction, then other options, then 82.
/// </summary>
public class LeasequeryReplyTests
{
    private const uint Now = 1_700_000_000;
    private const LeasequeryDialect Draft0 = LeasequeryDialect.Draft0;
    private const LeasequeryDialect Draft2 = LeasequeryDialect.Draft2;
    private const LeasequeryDialect Draft4 = LeasequeryDialect.Draft4;
    private const LeasequeryDialect Rfc4388 = LeasequeryDialect.Rfc4388;
    private const string TimesAndLocation = "333a3b52"; // 51, 58, 59, 82

    private static readonly Ipv4Address Server = Ipv4Address.Parse("10.0.0.1");
    private static readonly byte[] Location = RawMessage.Hex("0104000204430206c40415bda861");

    [Theory]
    [InlineData(Draft0, "53:05 54:0a000001 51:00000e10 58:00000708 59:00000c4e 82:0104000204430206c40415bda861")]
    [InlineData(Draft2, "53:0e 54:0a000001 51:00000e10 58:00000708 59:00000c4e 82:0104000204430206c40415bda861")]
    [InlineData(Draft4, "53:10 54:0a000001 51:00000e10 58:00000708 59:00000c4e 82:0104000204430206c40415bda861")]
    [InlineData(Rfc4388, "53:0d 54:0a000001 51:00000e10 58:00000708 59:00000c4e 91:0000003c 82:0104000204430206c40415bda861")]
    public void A_lease_is_told_with_what_remains_of_its_times_N27_N29_N34(LeasequeryDialect dialect, string options)
    {
        var reply = Reply(dialect, Leased(), TimesAndLocation);
        Assert.Equal(options, reply.Options);
        Assert.Equal("00:0a:28:00:fa:42", reply.Device); // N33
    }

    [Theory] // N23, N28, N30: never a time, though the record still has some; the drafts tell device and location (N31, N34)
    [InlineData(Draft0, "53:05 54:0a000001 82:0104000204430206c40415bda861", "00:0a:28:00:fa:42")]
    [InlineData(Draft2, "53:0e 54:0a000001 82:0104000204430206c40415bda861", "00:0a:28:00:fa:42")]
    [InlineData(Draft4, "53:0e 54:0a000001 82:0104000204430206c40415bda861", "00:0a:28:00:fa:42")]
    [InlineData(Rfc4388, "53:0b 54:0a000001", "")] // RFC 4388 section 6.4.2: UNASSIGNED is complete
    public void No_lease_is_told_without_times(LeasequeryDialect dialect, string options, string device)
    {
        foreach (var expiresAt in (uint[])[0, Now, Now + 3600, LeasequeryAnswer.Never])
        {
            var answer = Leased();
            answer.Outcome = LeasequeryOutcome.Unleased;
            answer.ExpiresAt = expiresAt;
            var reply = Reply(dialect, answer, TimesAndLocation);
            Assert.Equal(options, reply.Options);
            Assert.Equal(device, reply.Device);
        }
    }

    [Theory] // N26: a NAK carries nothing else; real RFC 4388 servers send their identifier
    [InlineData(Draft0, "53:06")]
    [InlineData(Draft2, "53:0f")]
    [InlineData(Draft4, "53:0f")]
    [InlineData(Rfc4388, "53:0c 54:0a000001")]
    public void An_unmanaged_address_is_told_with_nothing_else(LeasequeryDialect dialect, string options)
    {
        var answer = Leased();
        answer.Outcome = LeasequeryOutcome.Unmanaged;
        answer.Options = RawMessage.Hex("0c 01 61");
        var reply = Reply(dialect, answer, "0c333a3b52");
        Assert.Equal(options, reply.Options);
        Assert.Equal("", reply.Device); // N32: htype = hlen = chaddr = 0
    }

    [Theory] // N24, N35: definitive, and with a time only where the operator wants the requestor to see an endless lease
    [InlineData(Draft0, 0u, "53:05 54:0a000001 82:0104000204430206c40415bda861")]
    [InlineData(Draft2, 0u, "53:0e 54:0a000001 82:0104000204430206c40415bda861")]
    [InlineData(Draft4, 0u, "53:10 54:0a000001 82:0104000204430206c40415bda861")]
    [InlineData(Rfc4388, 0u, "53:0d 54:0a000001 82:0104000204430206c40415bda861")]
    [InlineData(Draft0, LeasequeryAnswer.Never, "53:05 54:0a000001 51:ffffffff 82:0104000204430206c40415bda861")]
    [InlineData(Rfc4388, LeasequeryAnswer.Never, "53:0d 54:0a000001 51:ffffffff 82:0104000204430206c40415bda861")]
    public void A_configured_device_is_told(LeasequeryDialect dialect, uint expiresAt, string options)
    {
        var answer = new LeasequeryAnswer
        {
            Outcome = LeasequeryOutcome.Configured,
            Device = Device(),
            ExpiresAt = expiresAt,
            RelayAgentInformation = Location,
        };
        var reply = Reply(dialect, answer, TimesAndLocation);
        Assert.Equal(options, reply.Options);
        Assert.Equal("00:0a:28:00:fa:42", reply.Device);
    }

    [Theory] // N28, N30: a remaining time of 0 is no lease; an answer may have been kept beyond its end
    [InlineData(Draft0, Now, "53:05 54:0a000001 82:0104000204430206c40415bda861")]
    [InlineData(Draft2, Now - 1, "53:0e 54:0a000001 82:0104000204430206c40415bda861")]
    [InlineData(Draft4, Now, "53:0e 54:0a000001 82:0104000204430206c40415bda861")]
    [InlineData(Rfc4388, Now, "53:0b 54:0a000001")]
    [InlineData(Rfc4388, 0u, "53:0b 54:0a000001")]
    public void A_lease_that_is_over_is_no_lease_in_any_dialect(LeasequeryDialect dialect, uint expiresAt, string options)
    {
        var answer = Leased();
        answer.ExpiresAt = expiresAt;
        Assert.Equal(options, Reply(dialect, answer, TimesAndLocation).Options);
    }

    [Theory] // N29: never a time that is over; RFC 4388 section 6.4.2
    [InlineData(Now + 3600, Now + 1, Now + 2, "51:00000e10 58:00000001 59:00000002")]
    [InlineData(Now + 1, Now, Now + 1, "51:00000001 59:00000001")]
    [InlineData(Now + 1, Now - 1, Now, "51:00000001")]
    [InlineData(Now + 3600, 0u, 0u, "51:00000e10")] // unknown
    [InlineData(LeasequeryAnswer.Never, Now + 1, Now + 2, "51:ffffffff")] // infinite: as it is, without T1 and T2
    [InlineData(LeasequeryAnswer.Never - 1, 0u, 0u, "51:9aac0efe")]
    public void Times_are_what_remains_of_them(uint expiresAt, uint renewsAt, uint rebindsAt, string times)
    {
        foreach (var dialect in Enum.GetValues<LeasequeryDialect>())
        {
            var answer = new LeasequeryAnswer
            {
                Outcome = LeasequeryOutcome.Leased,
                ExpiresAt = expiresAt,
                RenewsAt = renewsAt,
                RebindsAt = rebindsAt,
            };
            var type = (byte)dialect.ReplyType(LeasequeryOutcome.Leased);
            Assert.Equal($"53:{type:x2} 54:0a000001 {times}", Reply(dialect, answer, TimesAndLocation).Options);
        }
    }

    [Theory] // N36: what the parameter list names and is known, nothing else; in RFC 4388 91 goes unasked
    [InlineData(Draft0, "", "53:05 54:0a000001")]
    [InlineData(Draft0, "33", "53:05 54:0a000001 51:00000e10")]
    [InlineData(Draft0, "52", "53:05 54:0a000001 82:0104000204430206c40415bda861")]
    [InlineData(Draft0, "3a", "53:05 54:0a000001 58:00000708")]
    [InlineData(Draft0, "3b", "53:05 54:0a000001 59:00000c4e")]
    [InlineData(Draft0, "0c", "53:05 54:0a000001 12:6162")]
    [InlineData(Draft0, "03060c", "53:05 54:0a000001 12:6162")] // 6 is not known
    [InlineData(Draft0, "5b", "53:05 54:0a000001 91:0000003c")] // an option of RFC 4388, but who names it knows it
    [InlineData(Rfc4388, "", "53:0d 54:0a000001 91:0000003c")]
    [InlineData(Rfc4388, "010c", "53:0d 54:0a000001 91:0000003c 1:ffffff00 12:6162")]
    public void The_parameter_list_is_obeyed(LeasequeryDialect dialect, string parameters, string options)
    {
        var answer = Leased();
        answer.Options = RawMessage.Hex("01 04 ffffff00 0c 02 6162 3d 02 0001");
        Assert.Equal(options, Reply(dialect, answer, parameters).Options);
    }

    [Theory] // the drafts name 51 and 82; RFC 4388 servers send times and client identifier by themselves
    [InlineData(Draft0, "53:05 54:0a000001 51:00000e10 82:0104000204430206c40415bda861")]
    [InlineData(Draft2, "53:0e 54:0a000001 51:00000e10 82:0104000204430206c40415bda861")]
    [InlineData(Draft4, "53:10 54:0a000001 51:00000e10 82:0104000204430206c40415bda861")]
    [InlineData(Rfc4388,
        "53:0d 54:0a000001 51:00000e10 58:00000708 59:00000c4e 91:0000003c 61:0001 82:0104000204430206c40415bda861")]
    public void Without_a_parameter_list_the_dialects_defaults_apply(LeasequeryDialect dialect, string options)
    {
        var answer = Leased();
        answer.Options = RawMessage.Hex("01 04 ffffff00 0c 02 6162 3d 02 0001");
        Assert.Equal(options, Reply(dialect, answer, parameters: null).Options);
    }

    [Theory] // RFC 4388 section 6.1
    [InlineData(Now, "91:00000000")]
    [InlineData(Now - 86400, "91:00015180")]
    [InlineData(0u, "")] // unknown
    [InlineData(Now + 1, "")] // a clock that went back: better nothing than 136 years
    public void The_last_transaction_is_told_in_seconds_ago(uint lastTransactionAt, string option)
    {
        var answer = Leased();
        answer.LastTransactionAt = lastTransactionAt;
        Assert.Equal($"53:0d 54:0a000001 {option}".TrimEnd(), Reply(Rfc4388, answer, "").Options);
    }

    [Theory] // N34
    [InlineData("01 01 aa")]
    [InlineData("01 01 aa 01 01 bb 02 00")] // duplicates
    [InlineData("01 ff aa")] // badly formed: the relay that made it knows what it means
    [InlineData("00")]
    [InlineData("ff ff ff")]
    public void Relay_agent_information_comes_back_byte_for_byte(string information)
    {
        foreach (var dialect in Enum.GetValues<LeasequeryDialect>())
        {
            var answer = Leased();
            answer.RelayAgentInformation = RawMessage.Hex(information);
            var type = (byte)dialect.ReplyType(LeasequeryOutcome.Leased);
            var told = dialect == Rfc4388 ? "51:00000e10 91:0000003c" : "51:00000e10";
            var bytes = information.Replace(" ", "", StringComparison.Ordinal);
            Assert.Equal($"53:{type:x2} 54:0a000001 {told} 82:{bytes}", Reply(dialect, answer, "3352").Options);
        }
    }

    [Theory] // RFC 3396: longer than one option
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(700)]
    [InlineData(1200)] // 1472 - 240 fields - 1 end - 3 type - 6 server - 6 lease time - 6 last transaction - 5 headers of 2
    public void Long_relay_agent_information_comes_back_byte_for_byte(int length)
    {
        var answer = Leased();
        answer.RelayAgentInformation = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        var packet = RawMessage.Parse(Write(Rfc4388, answer, "3352"));
        Assert.True(packet.TryReadOption(DhcpOption.RelayAgentInformation, new byte[length], out var value));
        Assert.Equal(answer.RelayAgentInformation.ToArray(), value.ToArray());
    }

    [Fact]
    public void Option_82_keeps_its_room_when_there_are_too_many_others_and_stays_last()
    {
        var answer = Leased();
        answer.Options = ManyOptions();
        var reply = Write(Draft0, answer, AllParameters);
        Assert.InRange(reply.Length, LeasequeryReply.MaxSize - 102, LeasequeryReply.MaxSize); // the next one would not fit
        var options = RawMessage.Options(RawMessage.Parse(reply));
        Assert.EndsWith(" 82:0104000204430206c40415bda861", options, StringComparison.Ordinal);
    }

    [Fact]
    public void Relay_agent_information_that_no_reply_can_hold_leaves_its_room_to_the_others()
    {
        var answer = Leased();
        answer.Options = RawMessage.Hex("0c 02 6162");
        answer.RelayAgentInformation = new byte[LeasequeryReply.MaxSize];
        Assert.Equal("53:05 54:0a000001 51:00000e10 12:6162", Reply(Draft0, answer, "0c3352").Options);
    }

    [Fact]
    public void An_option_that_does_not_fit_is_left_out_and_a_shorter_one_behind_it_is_not()
    {
        var answer = Leased();
        answer.RelayAgentInformation = new byte[1190]; // leaves 1472 - 250 - 1200 = 22 bytes
        answer.Options = RawMessage.Hex("0c 15" + new string('6', 42) + "01 04 ffffff00");
        Assert.StartsWith("53:05 54:0a000001 1:ffffff00 82:", Reply(Draft0, answer, "010c52").Options, StringComparison.Ordinal);
    }

    [Theory] // our own bytes, but a torn record must not tear the reply
    [InlineData("0c", "53:05 54:0a000001")]
    [InlineData("0c 02 61", "53:05 54:0a000001")]
    [InlineData("01 01 aa 0c 02 61", "53:05 54:0a000001 1:aa")]
    public void Torn_option_bytes_end_the_options(string options, string expected)
    {
        var answer = Leased();
        answer.Options = RawMessage.Hex(options);
        Assert.Equal(expected, Reply(Draft0, answer, "010c").Options);
    }

    [Fact]
    public void The_query_is_echoed_and_the_rest_of_the_fields_is_zero()
    {
        var packet = RawMessage.Parse(Write(Rfc4388, Leased(), TimesAndLocation));
        Assert.Equal(DhcpOpCode.BootReply, packet.OpCode);
        Assert.Equal(0x11223344u, packet.TransactionId);
        Assert.Equal(0x8000, packet.Flags);
        Assert.Equal("10.1.2.3", packet.ClientAddress.ToString());
        Assert.Equal("10.9.9.9", packet.RelayAddress.ToString()); // N39
        Assert.Equal((0, 0), (packet.Hops, packet.Seconds));
        Assert.True(packet.YourAddress.IsUnspecified && packet.ServerAddress.IsUnspecified);
        Assert.All(packet.Bytes[44..236].ToArray(), zero => Assert.Equal(0, zero)); // sname, file
    }

    [Fact]
    public void Without_a_device_htype_hlen_and_chaddr_are_zero_N32()
    {
        var answer = Leased();
        answer.Device = HardwareAddress.None;
        var reply = Write(Draft0, answer, TimesAndLocation);
        Assert.Equal([0, 0], reply[1..3]);
        Assert.Equal(new byte[16], reply[28..44]);
    }

    [Fact]
    public void Usual_replies_have_one_size_and_long_ones_their_own()
    {
        foreach (var dialect in Enum.GetValues<LeasequeryDialect>())
            foreach (var outcome in Enum.GetValues<LeasequeryOutcome>())
            {
                var answer = Leased();
                answer.Outcome = outcome;
                Assert.Equal(LeasequeryReply.UsualSize, Write(dialect, answer, TimesAndLocation).Length);
            }

        var longer = Leased();
        longer.RelayAgentInformation = new byte[100];
        Assert.Equal(240 + 3 + 6 + 102 + 1, Write(Draft0, longer, "52").Length);
    }

    [Fact]
    public void A_reply_never_outgrows_an_ethernet_frame_whatever_the_room()
    {
        var answer = Leased();
        answer.Options = ManyOptions();
        var roomy = new byte[4000];
        var length = LeasequeryReply.Write(roomy, Request(AllParameters), Draft0, answer, Now, Server);
        Assert.InRange(length, LeasequeryReply.UsualSize, LeasequeryReply.MaxSize);
    }

    [Fact]
    public void Any_answer_gives_a_reply_that_is_read_as_what_it_says() =>
        Gen.Select(Gen.Enum<LeasequeryDialect>(), Gen.Enum<LeasequeryOutcome>(), Gen.UInt, Gen.UInt, Gen.Byte.Array[0, 1500],
            Gen.Byte.Array[0, 20].Null()).Sample((dialect, outcome, expiresAt, otherTime, information, parameters) =>
        {
            var answer = new LeasequeryAnswer
            {
                Outcome = outcome,
                ExpiresAt = expiresAt,
                RenewsAt = otherTime,
                RebindsAt = otherTime,
                LastTransactionAt = otherTime,
                RelayAgentInformation = information,
            };
            var list = parameters is null ? "335236" : Convert.ToHexStringLower([.. parameters, 51]);
            var packet = RawMessage.Parse(Write(dialect, answer, list));
            var hasTime = packet.TryGetUInt32(DhcpOption.LeaseTime, out var remaining);
            var isLeased = outcome == LeasequeryOutcome.Leased && expiresAt > Now;
            Assert.True(dialect.TryReadReply(packet.MessageType, hasTime ? remaining : null, out var read));
            Assert.Equal(isLeased, hasTime && outcome != LeasequeryOutcome.Configured);
            Assert.True(outcome == LeasequeryOutcome.Configured || read == (isLeased, outcome) switch
            {
                (true, _) => LeasequeryOutcome.Leased,
                (_, LeasequeryOutcome.Unmanaged) => LeasequeryOutcome.Unmanaged,
                _ => LeasequeryOutcome.Unleased,
            });
        });

    private static readonly string AllParameters =
        Convert.ToHexStringLower(Enumerable.Range(1, 254).Select(code => (byte)code).ToArray());

    /// <summary>Thirty options of 100 bytes: twice what a reply holds.</summary>
    private static byte[] ManyOptions() =>
        [.. Enumerable.Range(150, 30).SelectMany(code => (byte[])[(byte)code, 98, .. new byte[98]])];

    private static HardwareAddress Device()
    {
        Assert.True(HardwareAddress.TryParse("00:0a:28:00:fa:42", out var device));
        return device;
    }

    private static LeasequeryAnswer Leased() => new()
    {
        Outcome = LeasequeryOutcome.Leased,
        Device = Device(),
        ExpiresAt = Now + 3600,
        RenewsAt = Now + 1800,
        RebindsAt = Now + 3150,
        LastTransactionAt = Now - 60,
        RelayAgentInformation = Location,
    };

    private static LeasequeryRequest Request(string? parameters) => new(Ipv4Address.Parse("10.1.2.3"),
        Ipv4Address.Parse("10.9.9.9"), 0x11223344, 0x8000, DhcpMessageType.LeaseQuery, parameters is not null,
        OptionSet.Read(RawMessage.Hex(parameters ?? "")), WantsSourcePort: false);

    private static byte[] Write(LeasequeryDialect dialect, in LeasequeryAnswer answer, string? parameters)
    {
        var reply = Enumerable.Repeat((byte)0xee, LeasequeryReply.MaxSize).ToArray(); // what the last one left
        return reply[..LeasequeryReply.Write(reply, Request(parameters), dialect, answer, Now, Server)];
    }

    private static (string Options, string Device) Reply(LeasequeryDialect dialect, in LeasequeryAnswer answer,
        string? parameters)
    {
        var packet = RawMessage.Parse(Write(dialect, answer, parameters));
        return (RawMessage.Options(packet), packet.HardwareAddress.ToString());
    }
}
