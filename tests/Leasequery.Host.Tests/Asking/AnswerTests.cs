using System.Net;
using System.Text.Json;
using Leasequery.Host.Asking;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;
using Spectre.Console;

namespace Leasequery.Host.Tests.Asking;

/// <summary>From a reply's bytes to what a person and a script see.</summary>
public class AnswerTests
{
    [Fact]
    public void A_leased_address_is_printed_with_all_there_is_to_say()
    {
        Assert.Equal("""
            10.0.0.7 leased (DHCPLEASEACTIVE)
              remaining            1 h (3600 s)
              renewal (T1) in      30 min (1800 s)
              last transaction     5 min ago (300 s)
              device               00:0a:28:00:fa:42 (htype 1, hlen 6)
              client id            01000a2800fa42
              server identifier    127.0.0.1
              client's others      10.0.0.8 10.0.0.9
              option 82            01040004000102076d6f64656d2d31
                sub 1 circuit id   00040001
                sub 2 remote id    modem-1 (6d6f64656d2d31)
              option 1 subnet mask 255.255.255.0 (ffffff00)
              option 12 host name  host-1 (686f73742d31)
              option 224           0102
              answered by          127.0.0.1:67 in 12.3 ms, 2 queries, 322 bytes

            """, Print(Read(FullReply())));
    }

    [Fact]
    public void An_address_that_is_not_managed_is_printed_in_two_lines()
    {
        Assert.Equal("""
            10.0.0.7 not managed by this server (DHCPLEASEUNKNOWN)
              server identifier    127.0.0.1
              answered by          127.0.0.1:67 in 12.3 ms, 2 queries, 320 bytes

            """, Print(Read(Replies.Write(Query(), LeasequeryDialect.Rfc4388, LeasequeryOutcome.Unmanaged))));
    }

    [Fact]
    public void A_lease_without_end_says_so()
    {
        var answer = Read(FullReply()) with { RemainingSeconds = uint.MaxValue };

        Assert.Contains("  remaining            never ends (4294967295 s)", Print(answer));
    }

    [Fact]
    public void Option_82_that_is_badly_formed_is_shown_up_to_the_flaw()
    {
        var answer = Read(Reply((DhcpOption.RelayAgentInformation, [1, 1, 65, 2, 9, 66])));

        Assert.False(answer.RelayAgentInformation!.IsWellFormed);
        Assert.Contains("  option 82            010141020942 (badly formed; kept as it is)", Print(answer));
        Assert.Contains("    sub 1 circuit id   A (41)", Print(answer));
    }

    [Fact]
    public void Bytes_that_a_terminal_would_obey_are_shown_as_hex_only()
    {
        var answer = Read(Reply((DhcpOption.HostName, [0x1b, (byte)'[', (byte)'2', (byte)'J'])));

        Assert.Contains("  option 12 host name  1b5b324a\n", Print(answer));
        Assert.DoesNotContain('\x1b', Print(answer));
    }

    [Fact]
    public void A_long_line_is_not_folded()
    {
        var answer = Read(Reply((DhcpOption.RelayAgentInformation, [1, 200, .. Enumerable.Repeat((byte)7, 200)])));

        Assert.Contains(string.Concat(Enumerable.Repeat("07", 200)) + "\n", Print(answer));
    }

    [Fact]
    public void Instances_of_one_option_are_joined()
    {
        var answer = Read(Reply((DhcpOption.HostName, "ho"u8.ToArray()), (DhcpOption.HostName, "st"u8.ToArray())));

        var option = Assert.Single(answer.Options!);
        Assert.Equal("host", option.Value);
    }

    [Fact]
    public void Json_has_the_same_content_on_one_line()
    {
        var json = AnswerJson.Write(Read(FullReply()));

        Assert.DoesNotContain('\n', json);
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        Assert.Equal("10.0.0.7", root.GetProperty("address").GetString());
        Assert.Equal("leased", root.GetProperty("outcome").GetString());
        Assert.Equal("DHCPLEASEACTIVE", root.GetProperty("message").GetString());
        Assert.Equal("rfc4388", root.GetProperty("dialect").GetString());
        Assert.Equal(3600, root.GetProperty("remainingSeconds").GetInt32());
        Assert.Equal(1800, root.GetProperty("renewalSeconds").GetInt32());
        Assert.False(root.TryGetProperty("rebindingSeconds", out _));
        Assert.Equal(300, root.GetProperty("lastTransactionSeconds").GetInt32());
        Assert.Equal("00:0a:28:00:fa:42", root.GetProperty("device").GetProperty("address").GetString());
        Assert.Equal("01000a2800fa42", root.GetProperty("clientIdentifier").GetProperty("hex").GetString());
        Assert.Equal(["10.0.0.8", "10.0.0.9"],
            root.GetProperty("associatedAddresses").EnumerateArray().Select(address => address.GetString()));
        var remoteId = root.GetProperty("relayAgentInformation").GetProperty("subOptions")[1];
        Assert.Equal("remote id", remoteId.GetProperty("name").GetString());
        Assert.Equal("modem-1", remoteId.GetProperty("value").GetString());
        Assert.Equal("host-1", root.GetProperty("options")[1].GetProperty("value").GetString());
        Assert.Equal("127.0.0.1:67", root.GetProperty("answeredBy").GetString());
        Assert.Equal(2 * 322, root.GetProperty("replyHex").GetString()!.Length);
    }

    [Fact]
    public void The_names_in_json_are_a_promise()
    {
        using var document = JsonDocument.Parse(AnswerJson.Write(Read(FullReply()) with { RebindingSeconds = 1 }));

        Assert.Equal(
            ["address", "outcome", "message", "dialect", "remainingSeconds", "renewalSeconds", "rebindingSeconds",
                "lastTransactionSeconds", "device", "clientIdentifier", "serverIdentifier", "associatedAddresses",
                "relayAgentInformation", "options", "server", "answeredBy", "relayAddress", "milliseconds", "tries", "remarks",
                "replyHex"],
            document.RootElement.EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public void An_answer_about_another_address_is_remarked()
    {
        var reply = Reply();
        Ipv4Address.Parse("10.0.0.99").Write(reply.AsSpan(12)); // ciaddr

        Assert.Equal(["asked about 10.0.0.7, but the answer speaks of 10.0.0.99"], Read(reply).Remarks);
    }

    private static byte[] FullReply()
    {
        Assert.True(DhcpPacket.TryParse(Query(), out var packet, out _));
        LeasequeryRequest.TryRead(packet, out var request);
        HardwareAddress.TryParse("00:0a:28:00:fa:42", out var device);
        var answer = new LeasequeryAnswer
        {
            Outcome = LeasequeryOutcome.Leased,
            Device = device,
            ExpiresAt = Replies.Now + 3600,
            RenewsAt = Replies.Now + 1800,
            LastTransactionAt = Replies.Now - 300,
            Options = [1, 4, 255, 255, 255, 0, 12, 6, .. "host-1"u8, 61, 7, 1, 0, 10, 0x28, 0, 0xfa, 0x42,
                92, 8, 10, 0, 0, 8, 10, 0, 0, 9, 224, 2, 1, 2],
            RelayAgentInformation = Replies.RelayInformation,
        };
        var buffer = new byte[LeasequeryReply.MaxSize];
        var length = LeasequeryReply.Write(buffer, request, LeasequeryDialect.Rfc4388, answer, Replies.Now, Ipv4Address.Loopback);
        return buffer[..length];
    }

    private static byte[] Reply(params (DhcpOption Code, byte[] Value)[] options)
    {
        var buffer = new byte[LeasequeryReply.MaxSize];
        var writer = new DhcpPacketWriter(buffer, DhcpOpCode.BootReply) { ClientAddress = Replies.Asked };
        writer.TryWriteOption(DhcpOption.MessageType, (byte)DhcpMessageType.LeaseActive);
        foreach (var (code, value) in options)
            writer.TryWriteOption(code, value);
        return buffer[..writer.Finish(LeasequeryReply.UsualSize)];
    }

    private static byte[] Query()
    {
        var options = LeasequeryQuestion.UsualOptions.With(DhcpOption.SubnetMask).With(DhcpOption.HostName).With((DhcpOption)224);
        var buffer = new byte[LeasequeryReply.MaxSize];
        var request = new LeasequeryRequest(Replies.Asked, Ipv4Address.Loopback, TransactionId: 1, Flags: 0,
            DhcpMessageType.LeaseQuery, HasParameterList: true, options, WantsSourcePort: false);
        return buffer[..request.Write(buffer)];
    }

    private static AnswerView Read(byte[] reply)
    {
        var server = new IPEndPoint(IPAddress.Loopback, Ipv4Endpoint.ServerPort);
        var question = new LeasequeryQuestion { Address = Replies.Asked, Server = server, RelayPort = 0 };
        using var socket = ReplySocket.Open(question);
        return AnswerReader.Read(question, socket, new Answered(2, TimeSpan.FromMilliseconds(12.345), reply, server));
    }

    private static string Print(AnswerView answer)
    {
        var text = new StringWriter { NewLine = "\n" };
        new AnswerPrinter(Commands.Consoles.Plain(text)).Print(answer);
        return text.ToString();
    }
}
