using Akka.Actor;
using Leasequery.Actors.Tests.Support;
using Leasequery.Domain.Upstream;

namespace Leasequery.Actors.Tests.Upstream;

/// <summary>When a server is asked, over hours (N45 to N47, N49, N50; RFC 4388 6.6).</summary>
public class ServerActorTimeTests : ServerActorSpec
{
    [Fact]
    public void Who_waits_for_a_silent_server_is_told_when_patience_is_over_and_later_ones_at_once()
    {
        var server = StartServer(upstream: "patience = 3 s");
        Ask(server, "10.1.2.3", round: 1);
        Ask(server, "10.1.2.4", round: 2);
        Advance(2.5);
        Assert.Empty(Results());

        Advance(0.5);
        Assert.Equal([(1, ServerVerdict.Silent), (2, ServerVerdict.Silent)],
            Results().Select(result => (result.Round, result.Verdict)).Order());
        Ask(server, "10.1.2.5");
        Assert.Equal([ServerVerdict.Silent], Verdicts());
        Assert.Single(Sent);
        Assert.Equal(3, Counters.Count(ServerVerdict.Silent));
    }

    [Fact] // the same over 3 hours, asked about another address each half a second
    public void A_silent_server_gets_one_packet_in_10_s_at_most_and_one_a_minute_at_least_N46()
    {
        var server = StartServer();
        var asked = 0;
        Advance(3 * 3600, () => Ask(server, $"10.1.{asked / 250 % 250}.{asked++ % 250}"));

        Assert.All(Gaps(Sent), gap => Assert.InRange(gap, 10, 60 + Step.TotalSeconds));
        Assert.InRange(Sent.Count, 180, 200);
        Assert.InRange(asked - Results().Count, 0, 10); // all were told but those of the last moments
        Assert.False(Counters.IsSupporting);
    }

    [Fact]
    public void A_silent_server_that_nobody_asks_about_gets_nothing()
    {
        var server = StartServer();
        Ask(server, "10.1.2.3");
        Advance(3600);
        Assert.Single(Sent);
    }

    [Fact]
    public void A_silent_server_that_answers_a_poll_supports_leasequery_again_N47()
    {
        var server = StartServer();
        Advance(600, () => Ask(server, "10.1.2.3"));
        Results();
        var before = Sent.Count;
        Reply(server, Sent[^1].Reply(Active, 3600));
        AskMany(server, 50);

        Assert.True(Counters.IsSupporting);
        Assert.Equal(50, Sent.Count - before);
    }

    [Fact]
    public void Support_is_found_out_by_one_query_and_the_window_opens_with_its_answer()
    {
        var server = StartServer();
        AskMany(server, 300);
        Assert.Single(Sent);

        Reply(server, Sent[0].Reply(Active, 3600));
        Assert.Equal((1 + 128, 128, 300 - 129), (Sent.Count, Counters.Outstanding, Counters.Waiting));
        foreach (var query in Sent.Skip(1).Take(10).ToArray())
            Reply(server, query.Reply(Unassigned));
        Assert.Equal((1 + 138, 128), (Sent.Count, Counters.Outstanding));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    public void The_window_is_a_setting(int window)
    {
        var server = StartSupporting(upstream: $"window = {window}");
        AskMany(server, 500);
        Assert.Equal(1 + window, Sent.Count);
    }

    [Fact]
    public void All_who_wait_get_their_answer_through_the_window()
    {
        var server = StartServer();
        AskMany(server, 5000);
        for (var answered = 0; answered < Sent.Count; answered++)
            Reply(server, Sent[answered].Reply(Active, 3600));

        Assert.Equal(5000, Sent.Count); // N50: one packet an address
        Assert.Equal(5000, Sent.Select(query => query.Address).Distinct().Count());
        Assert.Equal(5000, Verdicts().Count(verdict => verdict == ServerVerdict.Leased));
        Assert.Equal((0, 0), (Counters.Outstanding, Counters.Waiting));
    }

    [Fact] // RFC 2131 4.1
    public void A_query_that_a_supporting_server_does_not_answer_is_repeated_after_4_8_16_32_64_s()
    {
        var server = StartSupporting();
        Ask(server, "10.1.2.3");
        Advance(140, () => KeepSupporting(server));

        var repeated = Sent.Where(query => query.Address == Address("10.1.2.3")).ToArray();
        Assert.Single(repeated.Select(query => query.Xid).Distinct());
        Assert.Collection(Gaps(repeated), Near(4), Near(8), Near(16), Near(32));
        Assert.Equal(ServerVerdict.Silent, Assert.Single(Results(), result => result.Address == Address("10.1.2.3")).Verdict);
        Assert.Equal(4, Counters.Retries);
        Assert.True(Counters.IsSupporting);
    }

    [Fact] // the timer waits for the end of support then, and has to be moved
    public void A_query_is_repeated_in_time_also_after_a_quiet_while()
    {
        var server = StartSupporting();
        Advance(30);
        Ask(server, "10.1.2.3");
        Advance(5.5);
        Assert.Equal(2, Sent.Count(query => query.Address == Address("10.1.2.3")));
    }

    [Fact]
    public void Who_asked_about_what_is_never_answered_is_told_after_the_last_wait_of_64_s()
    {
        var server = StartSupporting();
        Ask(server, "10.1.2.3");
        Advance(118, () => KeepSupporting(server)); // 4 + 8 + 16 + 32 + 64 = 124, 5 at random
        Assert.DoesNotContain(Results(), result => result.Verdict == ServerVerdict.Silent);
        Advance(12, () => KeepSupporting(server));
        Assert.Single(Results(), result => result.Verdict == ServerVerdict.Silent);
    }

    [Fact]
    public void A_server_that_falls_silent_keeps_one_query_and_all_others_are_told()
    {
        var server = StartSupporting();
        AskMany(server, 200);
        Advance(59);
        Assert.Empty(Results());
        Advance(1 + 4); // a minute without a reply, and patience for the one that became the poll

        Assert.Equal(200, Verdicts().Count(verdict => verdict == ServerVerdict.Silent));
        Assert.Equal((1, 0, false), (Counters.Outstanding, Counters.Waiting, Counters.IsSupporting));
        var before = Sent.Count;
        Advance(3600, () => Ask(server, "10.1.2.9"));
        Assert.All(Gaps(Sent.Skip(before)), gap => Assert.InRange(gap, 10, 60 + Step.TotalSeconds));
        Assert.InRange(Sent.Count - before, 59, 70);
    }

    [Fact] // up 30 s, down 5 minutes, for 3 hours: whatever it does, who asks is told, and nothing is asked twice at once
    public void A_flapping_server_is_never_swamped_and_nobody_is_left_waiting()
    {
        var server = StartServer();
        var (asked, answered, results) = (0, 0, 0);
        Advance(3 * 3600, () =>
        {
            Ask(server, $"10.1.{asked / 250 % 250}.{asked++ % 250}");
            if (Clock.Elapsed.TotalSeconds % 330 < 30)
                for (; answered < Sent.Count; answered++)
                    Reply(server, Sent[answered].Reply(Active, 3600));
            answered = Sent.Count;
            results += Results().Count;
            Assert.InRange(Counters.Outstanding, 0, 128);
        });

        Advance(130);
        Assert.Equal(asked, results + Results().Count);
        Assert.InRange(Sent.Count, 3000, 6 * asked);
    }

    [Fact]
    public void Ten_thousand_questions_about_one_address_are_one_packet_N50()
    {
        var server = StartSupporting();
        for (var i = 0; i < 10_000; i++)
            Ask(server, "10.1.2.3", round: i);
        Assert.Equal(2, Sent.Count);

        Reply(server, Sent[1].Reply(Active, 3600));
        Assert.Equal(Enumerable.Range(0, 10_000), Results().Select(result => result.Round));
        Assert.Equal(1, Counters.Count(ServerVerdict.Leased));
    }

    [Fact] // an address actor that was not answered asks anew, as long as somebody wants to know
    public void Who_asks_again_while_a_query_is_outstanding_adds_no_packet_to_its_retries_N50()
    {
        var server = StartSupporting();
        var start = Clock.Elapsed;
        Ask(server, "10.1.2.3");
        Advance(110, () =>
        {
            KeepSupporting(server);
            if ((Clock.Elapsed - start).TotalSeconds % 15 == 0)
                Ask(server, "10.1.2.3", round: (int)(Clock.Elapsed - start).TotalSeconds);
        });

        var sent = Sent.Where(query => query.Address == Address("10.1.2.3")).ToArray();
        Assert.Equal((5, 1), (sent.Length, sent.Select(query => query.Xid).Distinct().Count()));
        Results();
        Reply(server, sent[^1].Reply(Unassigned));
        Assert.Equal(8, Verdicts().Count); // each is told what came of it
    }

    [Fact]
    public void Addresses_that_wait_are_bounded_and_who_asks_about_more_is_told_at_once()
    {
        var server = StartSupporting(upstream: "window = 10, max-waiting = 100");
        AskMany(server, 1000);
        Assert.Equal((1 + 10, 100, 890), (Sent.Count, Counters.Waiting, Counters.Refused));
        Assert.Equal(890, Verdicts().Count(verdict => verdict == ServerVerdict.Busy));

        Ask(server, "10.1.1.0"); // it is outstanding: one more who asks takes no place
        Ask(server, "10.1.1.50"); // it waits
        Assert.Equal((100, 890), (Counters.Waiting, Counters.Refused));
    }

    [Fact] // they are asked again, where it is then
    public void An_actor_that_moves_to_another_node_gives_back_what_is_open()
    {
        var server = StartSupporting();
        AskMany(server, 200); // more than are outstanding at once
        Ask(server, "10.1.1.0", round: 2);
        Stop(server);
        Assert.Equal(
            Enumerable.Range(0, 200).Select(i => ($"10.1.1.{i}", 1)).Append(("10.1.1.0", 2)).Order(),
            Returned().Select(query => (query.Address.ToString(), query.Round)).Order());
        Assert.Equal((false, 0, 0), (Counters.IsSupporting, Counters.Outstanding, Counters.Waiting)); // told of there now
    }

    [Fact]
    public void Who_does_not_know_that_queries_come_back_is_told_silence()
    {
        DoesUpstreamAskAgain = false;
        var server = StartSupporting();
        AskMany(server, 200);
        Stop(server);
        Assert.Equal(200, Verdicts().Count(verdict => verdict == ServerVerdict.Silent));
    }

    [Fact] // else a question that makes it fail would come back for ever
    public void An_actor_that_fails_tells_all_who_wait()
    {
        var server = StartSupporting();
        AskMany(server, 200);
        Reply(server, null!);
        var told = 0;
        Some.Eventually("all are told", () => (told += Verdicts().Count(verdict => verdict == ServerVerdict.Silent)) == 200);
    }

    [Fact]
    public void Other_messages_are_not_its_own()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Akka.Event.UnhandledMessage));
        StartServer().Tell("text");
        ExpectMsg<Akka.Event.UnhandledMessage>();
    }

    private void Stop(IActorRef server)
    {
        Watch(server);
        Sys.Stop(server);
        ExpectTerminated(server);
    }

    private static Action<double> Near(double seconds) =>
        gap => Assert.InRange(gap, seconds - 1, seconds + 1 + Step.TotalSeconds);

    // Another address is asked about every half a minute, and answered.
    private void KeepSupporting(IActorRef server)
    {
        if (Clock.Elapsed.TotalSeconds % 30 != 0)
            return;
        Ask(server, $"10.1.200.{Clock.Elapsed.TotalSeconds / 30}");
        Reply(server, Sent[^1].Reply(Unassigned));
    }
}
