using Leasequery.Domain.Upstream;

namespace Leasequery.Actors.Tests.Upstream;

/// <summary>N44: what a server knows nothing of, it is asked about only infrequently.</summary>
public class ServerActorCacheTests : ServerActorSpec
{
    [Theory] // RFC 4388 6.5: about 5 minutes; the drafts leave it open
    [InlineData("", 12, 300)]
    [InlineData(""", dialect = "draft-0" """, 6, 3600)]
    [InlineData(""", dialect = "draft-2" """, 15, 3600)]
    [InlineData(""", dialect = "draft-4" """, 15, 3600)]
    [InlineData(""", dialect = "probe" """, 12, 300)]
    [InlineData(""", dialect = "probe" """, 6, 3600)]
    public void Not_managed_is_believed_for_as_long_as_its_dialect_says_N44(string dialect, byte reply, int seconds)
    {
        var server = StartServer(dialect);
        Ask(server, "10.1.2.3");
        Reply(server, Sent[0].Reply(reply));
        Advance(seconds - 1);
        Ask(server, "10.1.2.3", round: 9);

        Assert.Equal([(1, ServerVerdict.NotManaged), (9, ServerVerdict.NotManaged)], Results().Select(result => (result.Round, result.Verdict)));
        Assert.Single(Sent);
        Assert.Equal((1, 1), (Counters.FromCache, Counters.Naks));

        Advance(1);
        Ask(server, "10.1.2.3");
        Assert.Equal(2, Sent.Count);
    }

    [Fact]
    public void How_long_is_a_setting()
    {
        var server = StartServer(upstream: "unknown-ttl = 10 s");
        Ask(server, "10.1.2.3");
        Reply(server, Sent[0].Reply(Unknown));
        Advance(10);
        Ask(server, "10.1.2.3");
        Assert.Equal(2, Sent.Count);
    }

    [Fact]
    public void It_is_believed_of_that_address_only()
    {
        var server = StartSupporting(reply: Unknown);
        Ask(server, "10.1.0.1");
        Assert.Equal(Address("10.1.0.1"), Sent[1].Address);
    }

    [Theory] // N42 is remembered in the location table of who asked, a lease in its record
    [InlineData(Unassigned, null)]
    [InlineData(Active, 3600u)]
    public void Other_replies_are_not_cached_here(byte reply, uint? remaining)
    {
        var server = StartServer();
        Ask(server, "10.1.2.3");
        Reply(server, Sent[0].Reply(reply, remaining));
        Ask(server, "10.1.2.3");
        Assert.Equal((2, 0), (Sent.Count, Counters.Naks));
    }

    [Fact]
    public void A_silent_servers_word_still_counts()
    {
        var server = StartSupporting(reply: Unknown);
        Advance(65); // nothing was asked: its support timer is over
        Ask(server, "10.1.2.3");
        Advance(4);
        Ask(server, "10.1.0.0");
        Assert.Equal([ServerVerdict.Silent, ServerVerdict.NotManaged], Verdicts());
    }
}
