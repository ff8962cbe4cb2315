using Leasequery.Actors.Ingress;
using Leasequery.Actors.Upstream;
using Leasequery.Domain.Bindings;
using Leasequery.Domain.Upstream;
using Leasequery.Wire;

namespace Leasequery.Actors.Tests.Upstream;

/// <summary>What is written to a server, and how its replies are read.</summary>
public class ServerActorQueryTests : ServerActorSpec
{
    private const string Draft0 = """, dialect = "draft-0" """;
    private const string Draft2 = """, dialect = "draft-2" """;
    private const string Draft4 = """, dialect = "draft-4", draft-query = 200 """;
    private const string Probe = """, dialect = "probe", draft-query = 200 """;

    [Theory] // N11: the number of the server's dialect
    [InlineData("", 10)]
    [InlineData(Draft0, 13)]
    [InlineData(Draft2, 13)]
    [InlineData(Draft4, 200)]
    public void A_query_is_written_as_the_server_reads_it_N11_to_N15(string server, byte type)
    {
        Ask(StartServer(server), "10.1.2.3");

        var query = Assert.Single(Sent);
        Assert.Equal("192.0.2.1:67", query.To.ToString());
        Assert.Equal(Address("10.1.2.3"), query.Address); // N13
        // N12: no device; N14: giaddr is the node's; N15: 1 and 3 are kept, 51 58 59 61 82 91 are for the binding
        Assert.Equal($"BootRequest giaddr 10.0.0.7 nobody 53:{type:x2} 55:0103333a3b3d525b", query.Text);
        Assert.Equal(300, query.Length); // RFC 1542 2.1
    }

    [Fact]
    public void What_is_kept_of_gleaned_leases_is_asked_for_too_N36()
    {
        var settings = Settings("""servers = [{ address = "192.0.2.1" }]""") with
        {
            KeptOptions = OptionSet.Of((DhcpOption)6, (DhcpOption)254),
        };
        var ingress = Recorder("ingress");
        Ask(Start<ServerActor>(ServerActor.Props(settings.Upstream.Servers[0], settings, Counters, Clock, ingress, _ => true)),
            "10.1.2.3");
        var (at, sent) = Assert.Single(ingress.Take<IngressProtocol.Send>());
        Assert.EndsWith("55:06333a3b3d525bfe", UpstreamQuery.Read(at, sent).Text, StringComparison.Ordinal);
    }

    [Theory] // N40, N42, N43; RFC 4388 6.5
    [InlineData("", 13, 3600u, ServerVerdict.Leased)]
    [InlineData("", 13, null, ServerVerdict.Configured)]
    [InlineData("", 13, 0u, ServerVerdict.NoLease)] // a remaining time of 0 is no lease
    [InlineData("", 11, null, ServerVerdict.NoLease)]
    [InlineData("", 12, null, ServerVerdict.NotManaged)]
    [InlineData(Draft0, 5, 3600u, ServerVerdict.Leased)]
    [InlineData(Draft0, 5, null, ServerVerdict.NoLease)]
    [InlineData(Draft0, 5, 0u, ServerVerdict.NoLease)]
    [InlineData(Draft0, 6, null, ServerVerdict.NotManaged)]
    [InlineData(Draft2, 14, 3600u, ServerVerdict.Leased)]
    [InlineData(Draft2, 14, null, ServerVerdict.NoLease)]
    [InlineData(Draft2, 15, null, ServerVerdict.NotManaged)]
    [InlineData(Draft4, 16, 3600u, ServerVerdict.Leased)]
    [InlineData(Draft4, 16, null, ServerVerdict.Configured)]
    [InlineData(Draft4, 14, null, ServerVerdict.NoLease)]
    [InlineData(Draft4, 15, null, ServerVerdict.NotManaged)]
    public void A_reply_is_read_in_the_dialect_of_the_server_N40_N42_N43(string dialect, byte type, uint? remaining,
        ServerVerdict verdict)
    {
        var server = StartServer(dialect);
        Ask(server, "10.1.2.3", round: 7);
        Reply(server, Sent[0].Reply(type, remaining));

        var result = Assert.Single(Results());
        Assert.Equal((Name, Address("10.1.2.3"), Asker, 7, verdict),
            (result.Server, result.Address, result.Asker, result.Round, result.Verdict));
        Assert.Equal(verdict is ServerVerdict.Leased or ServerVerdict.Configured, result.Lease is not null);
        Assert.Equal(1, Counters.Count(verdict));
        Assert.Equal(0, Counters.DroppedReplies);
    }

    [Fact]
    public void The_lease_is_told_with_all_that_the_server_says_N40()
    {
        Assert.True(HardwareAddress.TryParse("00:0a:28:00:fa:42", out var device));
        var (information, options) = (OctetString.Copy([1, 1, 7]), OctetString.Copy([1, 4, 255, 255, 0, 0]));
        var server = StartServer();
        Ask(server, "10.1.2.3");
        Reply(server, Sent[0].Reply(Active, 3600) with
        {
            Device = device,
            RenewalSeconds = 1700,
            RebindingSeconds = 3000,
            LastTransactionSeconds = 100,
            RelayAgentInformation = information,
            Options = options,
        });
        Assert.Equal(
            new LeaseReported(Address("10.1.2.3"), device, null, Sent[0].Xid, 3600, 1700, 3000, 100, Address("192.0.2.1"),
                information, options),
            Assert.Single(Results()).Lease);
    }

    [Theory] // RFC 4388 6.4.2 tells of none, and an address that nobody ever had has none (N32)
    [InlineData("", 13, 0u)]
    [InlineData(Draft0, 5, null)]
    [InlineData(Draft4, 14, null)]
    public void The_device_of_the_last_lease_is_told_where_the_server_names_it_N31_N34(string dialect, byte type, uint? remaining)
    {
        Assert.True(HardwareAddress.TryParse("00:0a:28:00:fa:42", out var device));
        var information = OctetString.Copy([1, 1, 7]);
        var server = StartServer(dialect);
        Ask(server, "10.1.2.3");
        Reply(server, Sent[0].Reply(type, remaining) with { Device = device, RelayAgentInformation = information });

        var result = Assert.Single(Results());
        Assert.Equal((ServerVerdict.NoLease, false, device, 0u, information), (result.Verdict, result.Lease!.IsConfigured,
            result.Lease.Device, result.Lease.RemainingSeconds, result.Lease.RelayAgentInformation));
    }

    [Fact] // N24, N28: asked for a time and without one there is no lease to make up; worth asking again when "no lease" would be
    public void Active_without_a_time_is_a_device_without_a_lease_and_believed_as_long_as_no_lease()
    {
        var server = StartServer(upstream: "no-lease-ttl = 90 s");
        Ask(server, "10.1.2.3");
        Reply(server, Sent[0].Reply(Active));
        var result = Assert.Single(Results());
        Assert.Equal((ServerVerdict.Configured, true, 90u),
            (result.Verdict, result.Lease!.IsConfigured, result.Lease.RemainingSeconds));
    }

    [Fact]
    public void A_reply_to_another_xid_address_or_dialect_is_dropped_and_counted()
    {
        var server = StartServer();
        Ask(server, "10.1.2.3");
        var right = Sent[0].Reply(Active, 3600);
        ServerReply[] wrong =
        [
            right with { TransactionId = right.TransactionId + 1 },
            right with { Address = Address("10.1.2.4") },
            right with { MessageType = DhcpMessageType.Ack },
            right with { MessageType = (DhcpMessageType)17 },
        ];
        foreach (var reply in wrong)
            Reply(server, reply);
        Assert.Empty(Results());
        Assert.Equal((wrong.Length, false), (Counters.DroppedReplies, Counters.IsSupporting));

        Reply(server, right);
        Assert.Equal([ServerVerdict.Leased], Verdicts());
        Reply(server, right); // a copy answers nothing any more
        Assert.Empty(Results());
        Assert.Equal(wrong.Length + 1, Counters.DroppedReplies);
    }

    [Fact]
    public void Transaction_ids_cannot_be_guessed()
    {
        var server = StartSupporting(upstream: "window = 200");
        for (var sent = 1; sent < 2000; sent++)
        {
            Ask(server, new Ipv4Address(Address("10.1.1.0").Value + (uint)sent));
            Reply(server, Sent[^1].Reply(Unassigned));
        }

        uint[] xids = [.. Sent.Select(query => query.Xid)];
        Assert.Equal(xids.Length, xids.Distinct().Count());
        // Each bit is set in half of them, and says nothing of the next one's: six times the standard deviation is 0.067.
        for (var bit = 0; bit < 32; bit++)
        {
            Assert.InRange(xids.Average(xid => xid >> bit & 1), 0.43, 0.57);
            Assert.InRange(xids.Zip(xids.Skip(1)).Average(pair => (pair.First ^ pair.Second) >> bit & 1), 0.43, 0.57);
        }
    }

    [Fact]
    public void A_probed_server_is_asked_by_rfc_and_draft_in_turn_until_it_answers()
    {
        var server = StartServer(Probe);
        Advance(200, () => Ask(server, "10.1.2.3"));
        Assert.Equal([10, 200, 10, 200], Sent.Take(4).Select(query => query.Type));
    }

    [Theory] // the reply, and what is asked from then on
    [InlineData(13, 3600u, 10)]
    [InlineData(12, null, 10)]
    [InlineData(5, 3600u, 200)]
    [InlineData(6, null, 200)]
    [InlineData(14, 3600u, 200)]
    [InlineData(16, 3600u, 200)]
    public void The_first_reply_of_a_probed_server_gives_its_dialect_away(byte reply, uint? remaining, byte query)
    {
        var server = StartServer(Probe);
        Advance(20, () => Ask(server, "10.1.2.3"));
        Assert.Equal(2, Sent.Count);
        Reply(server, Sent[^1].Reply(reply, remaining));
        Ask(server, "10.1.2.4");
        Ask(server, "10.1.2.5");
        Assert.Equal([query, query], Sent.Skip(2).Select(sent => sent.Type));
    }

    [Fact]
    public void What_waited_for_the_first_reply_of_a_probed_server_is_asked_in_its_dialect()
    {
        var server = StartServer(Probe);
        AskMany(server, 20);
        Reply(server, Sent[0].Reply(Active, 3600));
        Assert.Equal(20, Sent.Count);
        Assert.All(Sent, query => Assert.Equal(LeaseQuery, query.Type));
    }

    [Fact] // it was replaced by one of the other dialect
    public void A_probed_server_that_falls_silent_is_probed_anew()
    {
        var server = StartServer(Probe);
        Ask(server, "10.1.2.3");
        Reply(server, Sent[0].Reply(Active, 3600));
        Advance(300, () => Ask(server, "10.1.2.4"));
        Assert.Equal<byte>([10, 200], Sent.TakeLast(2).Select(query => query.Type).Order());

        Reply(server, Sent.Last(query => query.Type == 200).Reply(5, 3600)); // DHCPACK
        Ask(server, "10.1.2.5");
        Ask(server, "10.1.2.6");
        Assert.Equal([200, 200], Sent.TakeLast(2).Select(query => query.Type));
    }

    [Fact] // nothing was lost: nobody asked
    public void A_probed_server_that_was_just_idle_keeps_its_dialect()
    {
        var server = StartServer(Probe);
        Ask(server, "10.1.2.3");
        Reply(server, Sent[0].Reply(Active, 3600));
        for (var i = 4; i < 7; i++)
        {
            Advance(120);
            Ask(server, $"10.1.2.{i}");
            Reply(server, Sent[^1].Reply(Active, 3600));
        }

        Assert.All(Sent, query => Assert.Equal(LeaseQuery, query.Type));
    }

    [Fact] // KNOWN without a lease is said by draft 2 and by draft 4; KNOWN with a lease only by draft 2
    public void A_probed_server_is_not_taken_for_draft_4_for_ever()
    {
        var server = StartServer(Probe);
        Ask(server, "10.1.2.3");
        Reply(server, Sent[^1].Reply(14));
        Ask(server, "10.1.2.4");
        Reply(server, Sent[^1].Reply(14, 3600));
        Assert.Equal([ServerVerdict.NoLease, ServerVerdict.Leased], Verdicts());
    }
}
