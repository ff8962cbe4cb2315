using Leasequery.Domain.Upstream;
using Leasequery.Wire;

namespace Leasequery.Domain.Tests.Upstream;

/// <summary>
/// RFC 4388 section 6.6 as tables: what is asked when ("0 a": at 0 s about a), what is sent ("11 b2": at 11 s the second packet
/// of the query about b), and who is told that the server is silent. The waits are in the middle of their spread.
/// </summary>
public class ServerStateTests
{
    private const int Hour = 3600;

    [Theory]
    [InlineData("one question", "0 a", "0 a1", "4 a")]
    [InlineData("what waits for the poll is told with it", "0 a, 1 b", "0 a1, 11 b1", "4 a, 4 b")]
    [InlineData("asked again: the retransmission is a second packet of one query", "0 a, 1 a", "0 a1, 11 a2", "4 a")]
    [InlineData("silent: told at once, and the newest becomes the poll", "0 a, 1 b, 5 c, 6 d",
        "0 a1, 11 d1", "4 a, 4 b, 5 c, 6 d")]
    [InlineData("silent: the address of a poll that went unanswered is told at once too", "0 a, 5 a", "0 a1, 11 a2", "4 a, 5 a")]
    [InlineData("nobody asks: no poll; the next question is one, and waits for its answer", "0 a, 30 b",
        "0 a1, 30 b1", "4 a, 34 b")]
    [InlineData("a question in the moment when the wait is over", "0 a, 11 b", "0 a1, 11 b1", "4 a, 15 b")]
    [InlineData("a question just before", "0 a, 10.9 b", "0 a1, 11 b1", "4 a, 10.9 b")]
    [InlineData("joins the fresh poll", "0 a, 5 b, 14 b", "0 a1, 11 b1, 27 b2", "4 a, 5 b, 15 b")]
    [InlineData("waits grow though nobody asked for a time", "0 a, 30 b, 31 c, 50 d, 80 e", "0 a1, 30 b1, 46 c1, 78 d1, 137 e1",
        "4 a, 31 c, 34 b, 50 d, 80 e")]
    public void At_a_server_that_never_answers_N46(string what, string asks, string sent, string silences)
    {
        var run = Asked(ServerRun.Never, asks);
        Assert.True(run.SentText == sent, $"{what}: {run.SentText}");
        Assert.Equal(silences, run.SilencesText);
        var state = run.State;
        Assert.Equal((ServerPhase.Silent, 0, 0, null), (state.Phase, state.Outstanding, state.Waiting, state.NextDue));
    }

    [Theory] // the answer to the packet that is sent then comes in no time, other packets are lost
    [InlineData("a reply begins support: the waiting ones follow at once", "0 a, 1 b, 2 c", "11 ",
        "0 a1, 11 c1", "4 a, 4 b, 4 c")]
    [InlineData("a supporting server that is gone is retried, then polled", "0 a, 10 b", "0 ",
        "0 a1, 10 b1, 14 b2, 22 b3, 38 b4, 60 b5", "60 b")]
    [InlineData("the oldest becomes the poll, the others end", "0 a, 50 b, 51 c, 52 d", "0 ",
        "0 a1, 50 b1, 51 c1, 52 d1, 54 b2, 55 c2, 56 d2, 67 b3", "60 c, 60 d, 60 b")]
    [InlineData("who asked for the poll a moment ago keeps waiting for it", "0 a, 57 b, 58 c", "0 ",
        "0 a1, 57 b1, 58 c1, 69 b2", "60 c, 61 b")]
    [InlineData("other questions keep support up: given up after the fifth wait", "0 a, 1 b, 30 c, 60 d, 90 e, 120 f",
        "0 30 60 90 120 ", "0 a1, 1 b1, 5 b2, 13 b3, 29 b4, 30 c1, 60 d1, 61 b5, 90 e1, 120 f1", "125 b")]
    [InlineData("idle for a minute: one poll again, whose answer begins support", "0 a, 100 b, 100 c, 100 d", "0 100 ",
        "0 a1, 100 b1, 100 c1, 100 d1", "")]
    [InlineData("idle for a minute, then gone: one packet, not three", "0 a, 100 b, 100 c, 100 d", "0 ",
        "0 a1, 100 b1, 111 d1", "104 b, 104 c, 104 d")]
    public void At_a_server_that_answers_at_times(string what, string asks, string answered, string sent, string silences)
    {
        var run = Asked(
            packet => answered.Split(' ').Contains($"{packet.At.TotalSeconds}") ? TimeSpan.Zero : null, asks, until: 180);
        Assert.True(run.SentText == sent, $"{what}: {run.SentText}");
        Assert.Equal(silences, run.SilencesText);
    }

    [Fact]
    public void A_server_that_never_answers_gets_a_packet_a_minute_for_hours_N46()
    {
        var run = new ServerRun(ServerRun.Never);
        for (var second = 0; second < 10 * Hour; second++)
        {
            run.RunTo(second);
            Assert.True(run.Ask(Number(second)));
        }

        int[] beginning = [0, 11, 27, 59, 118, 177];
        var at = run.Sent.Select(packet => (int)packet.At.TotalSeconds).ToList();
        Assert.Equal(beginning, at.Take(beginning.Length));
        Assert.All(at.Zip(at.Skip(1)).Skip(3), pair => Assert.Equal(59, pair.Second - pair.First));
        Assert.Equal(3 + (10 * Hour - 1 - 59) / 59 + 1, at.Count);

        // Each poll asks the newest question, and everybody was told: who asked first after 4 s, all later ones at once.
        Assert.All(run.Sent.Skip(1), packet => Assert.Equal(Number((int)packet.At.TotalSeconds - 1), packet.Address));
        Assert.Equal(10 * Hour, run.Silences.Count);
        Assert.Equal([4, 4, 4, 4, 4, 5, 6], run.Silences.Take(7).Select(told => told.At.TotalSeconds));
    }

    [Fact]
    public void A_flapping_server_is_told_from_a_silent_one_by_its_replies_N47()
    {
        // It answers until 100 s and from 200 s on; a question a second, each about another address.
        var run = new ServerRun(packet => packet.At.TotalSeconds is < 100 or >= 200 ? TimeSpan.Zero : null);
        var phases = new List<(int, ServerPhase)>();
        for (var second = 0; second < 400; second++)
        {
            run.RunTo(second);
            if (phases.Count == 0 || phases[^1].Item2 != run.State.Phase)
                phases.Add((second, run.State.Phase));
            run.Ask(Number(second));
        }

        run.RunTo(400);

        // The last reply came at 99; the last packet went out at 158, so the polls are due 11, 16 and 32 s after each other.
        Assert.Equal(
            [(0, ServerPhase.Unknown), (1, ServerPhase.Supporting), (159, ServerPhase.Silent), (217, ServerPhase.Supporting)],
            phases);
        Assert.Equal([169, 185, 217],
            run.Sent.Where(packet => packet.Phase == ServerPhase.Silent).Select(packet => (int)packet.At.TotalSeconds));
        Assert.Equal(Enumerable.Range(100, 117),
            run.Silences.Select(told => (int)(told.Address.Value - Number(0).Value)).Order());
        Assert.Equal(60, run.Silences.Count(told => told.At.TotalSeconds == 159)); // asked from 100 to 158, and just then
        Assert.All(run.Silences.Skip(60), told => Assert.Equal(Number((int)told.At.TotalSeconds), told.Address)); // at once
        Assert.All(run.Sent.Where(packet => packet.At.TotalSeconds < 100 || packet.At.TotalSeconds > 217),
            packet => Assert.Equal(1, packet.Tries));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(128)]
    [InlineData(200)]
    public void As_many_are_outstanding_as_the_window_allows_and_each_reply_makes_room(int window)
    {
        var run = new ServerRun(ServerRun.After(10), ServerPolicy.Default with { Window = window });
        var most = 0;
        run.OnSend += _ => most = Math.Max(most, run.State.Outstanding);
        for (var i = 0; i < 1000; i++)
            Assert.True(run.Ask(Number(i)));
        Assert.Equal((1, 999), (run.State.Outstanding, run.State.Waiting)); // not known to support: the poll alone

        run.RunTo(0.015);
        Assert.Equal((window, 999 - window), (run.State.Outstanding, run.State.Waiting));
        run.RunTo(30);

        Assert.Equal(window, most);
        Assert.Equal(Enumerable.Range(0, 1000).Select(Number), run.Sent.Select(packet => packet.Address)); // in their order, once
        Assert.Equal(1000, run.Replies.Count);
        Assert.Equal(0.01 * (1 + Math.Ceiling(999.0 / window)), run.Replies[^1].At.TotalSeconds, 6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(201)]
    public void A_window_that_is_none_or_swamps_the_server_cannot_be_set(int window) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new ServerPolicy(window, 0, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(4)));

    [Fact]
    public void Other_limits_that_make_no_sense_cannot_be_set()
    {
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new ServerPolicy(1, -1, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(4)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ServerPolicy(1, 0, TimeSpan.Zero, TimeSpan.FromSeconds(4)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ServerPolicy(1, 0, TimeSpan.FromMinutes(1), TimeSpan.Zero));
    }

    [Fact]
    public void Questions_about_one_address_join_into_one_packet_N50()
    {
        var run = new ServerRun(ServerRun.After(100));
        for (var i = 0; i < 10_000; i++)
            Assert.True(run.Ask(Number(0)));
        Assert.Equal((1, 0), (run.State.Outstanding, run.State.Waiting));
        run.RunTo(1);
        Assert.Equal((1, 1), (run.Sent.Count, run.Replies.Count));
    }

    [Theory]
    [InlineData(ServerPhase.Unknown)]
    [InlineData(ServerPhase.Supporting)]
    public void They_join_where_they_wait_too(ServerPhase phase)
    {
        var run = new ServerRun(ServerRun.After(100), ServerPolicy.Default with { Window = 1, MaxWaiting = 1 });
        if (phase == ServerPhase.Supporting)
        {
            run.Ask(Number(0));
            run.RunTo(1);
        }

        run.Ask(Number(1));
        Assert.Equal(phase, run.State.Phase);
        for (var i = 0; i < 10_000; i++)
            Assert.True(run.Ask(Number(2)));
        Assert.Equal((1, 1), (run.State.Outstanding, run.State.Waiting));
        run.RunTo(2);
        Assert.Single(run.Sent, packet => packet.Address == Number(2));
    }

    [Theory]
    [InlineData(ServerPhase.Unknown)]
    [InlineData(ServerPhase.Supporting)]
    public void When_too_many_wait_the_question_is_refused_and_nobody_is_told(ServerPhase phase)
    {
        var run = new ServerRun(
            packet => packet.Address == Number(-1) ? TimeSpan.Zero : null, ServerPolicy.Default with { Window = 1 });
        if (phase == ServerPhase.Supporting)
        {
            run.Ask(Number(-1));
            run.RunTo(0);
        }

        for (var i = 0; i < 20_001; i++)
            Assert.True(run.Ask(Number(i)));
        Assert.Equal((phase, 20_000), (run.State.Phase, run.State.Waiting));
        Assert.False(run.Ask(Number(20_001)));
        Assert.True(run.Ask(Number(20_000))); // joins
        Assert.Empty(run.Silences);

        run.RunTo(70);
        Assert.Equal(Enumerable.Range(0, 20_001).Select(Number), run.Silences.Select(told => told.Address).Order());
    }

    [Fact]
    public void A_reply_with_another_xid_or_about_another_address_proves_nothing()
    {
        var run = new ServerRun(ServerRun.Never);
        run.Ask(Number(1));
        var query = run.Sent[0];
        Assert.False(run.Take(query.Xid + 1, query.Address));
        Assert.False(run.Take(query.Xid, Number(2)));
        Assert.Equal((ServerPhase.Unknown, 1), (run.State.Phase, run.State.Outstanding));

        Assert.True(run.Take(query.Xid, query.Address));
        Assert.Equal((ServerPhase.Supporting, 0), (run.State.Phase, run.State.Outstanding));
        Assert.False(run.Take(query.Xid, query.Address)); // a copy
    }

    [Fact]
    public void A_late_answer_to_the_poll_still_proves_support_though_who_asked_was_told()
    {
        var run = Asked(packet => TimeSpan.FromSeconds(8), "0 a, 9 b", until: 9);
        Assert.Equal("4 a", run.SilencesText);
        Assert.Equal("0 a1, 9 b1", run.SentText);
        Assert.Equal(ServerPhase.Supporting, run.State.Phase);
    }

    [Fact]
    public void A_retransmission_keeps_its_xid()
    {
        var run = Asked(packet => packet.At == TimeSpan.Zero ? TimeSpan.Zero : null, "0 a, 1 b, 2 c", until: 60);
        var queries = run.Sent.Where(packet => packet.At > TimeSpan.Zero).GroupBy(packet => packet.Address).ToList();
        Assert.Equal([5, 4], queries.Select(query => query.Count()));
        Assert.All(queries, query => Assert.Single(query.Select(packet => packet.Xid).Distinct()));
        Assert.Equal(3, run.Sent.Select(packet => packet.Xid).Distinct().Count());
    }

    [Fact]
    public void An_xid_in_use_is_not_given_twice()
    {
        var xids = new Queue<uint>([7, 7, 7, 8, 8, 7, 9]);
        var sent = new SentXids();
        var state = new ServerState(ServerPolicy.Default, sent, () => 0.5, xids.Dequeue);
        state.Ask(Number(1), TimeSpan.Zero);
        Assert.True(state.OnReply(7, Number(1), TimeSpan.Zero));
        for (var i = 2; i <= 4; i++)
            state.Ask(Number(i), TimeSpan.Zero);
        Assert.Equal([7u, 7u, 8u, 9u], sent.Xids);
    }

    [Theory] // 128 queries are on their way when the machine stalls
    [InlineData(60)]
    [InlineData(Hour)]
    public void After_a_stall_no_burst_reaches_a_server_of_which_nothing_is_known(double seconds)
    {
        var run = new ServerRun(packet => packet.At == TimeSpan.Zero && packet.Tries == 1 && packet.Address == Number(0)
            ? TimeSpan.Zero
            : null);
        run.Ask(Number(0));
        run.RunTo(0);
        for (var i = 1; i <= 200; i++)
            run.Ask(Number(i));
        run.Sent.Clear();

        run.State.OnTime(TimeSpan.FromSeconds(seconds)); // nothing was done in between

        Assert.Equal(Number(1), Assert.Single(run.Sent).Address);
        Assert.Equal(200, run.Silences.Count);
        Assert.Equal(ServerPhase.Silent, run.State.Phase);
    }

    [Fact]
    public void Also_a_short_support_timer_leaves_ten_seconds_between_packets()
    {
        var policy = ServerPolicy.Default with { SupportTimer = TimeSpan.FromSeconds(2) };
        var run = Asked(_ => TimeSpan.Zero, "0 a, 3 b, 4 c", until: 20, policy);
        Assert.Equal("0 a1, 10 b1, 10 c1", run.SentText); // Unknown again at 2; b is the poll, its answer lets c go
    }

    [Fact]
    public void Patience_longer_than_a_poll_ends_with_the_poll()
    {
        var policy = ServerPolicy.Default with { Patience = TimeSpan.FromSeconds(30) };
        var run = Asked(ServerRun.Never, "0 a, 1 b", until: 100, policy);
        Assert.Equal("11 a, 11 b", run.SilencesText);
        Assert.Equal("0 a1, 11 b1", run.SentText);
    }

    [Fact]
    public void An_idle_server_needs_no_attention()
    {
        var run = new ServerRun(_ => TimeSpan.Zero);
        Assert.Null(run.State.NextDue);
        run.Ask(Number(1));
        run.RunTo(0);
        Assert.Equal(TimeSpan.FromMinutes(1), run.State.NextDue); // the support timer
        run.RunTo(60);
        Assert.Equal((ServerPhase.Unknown, null), (run.State.Phase, run.State.NextDue));
    }

    private static Ipv4Address Number(int number) => new(0x0A000001u + (uint)number);

    private static ServerRun Asked(Func<ServerRun.Packet, TimeSpan?> answers, string asks, double until = Hour,
        ServerPolicy? policy = null)
    {
        var run = new ServerRun(answers, policy);
        foreach (var ask in asks.Split(", "))
        {
            run.RunTo(double.Parse(ask[..^2]));
            run.Ask(ServerRun.Named(ask[^1]));
        }

        run.RunTo(until);
        return run;
    }

    private sealed class SentXids : IServerOutput
    {
        public List<uint> Xids { get; } = [];

        public void Send(uint transactionId, Ipv4Address address, int tries) => Xids.Add(transactionId);

        public void TellSilent(Ipv4Address address) => Assert.Fail("nobody is told");
    }
}
