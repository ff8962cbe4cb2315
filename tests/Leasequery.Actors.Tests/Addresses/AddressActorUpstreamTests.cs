using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Persistence;
using Akka.TestKit;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Stores;
using Leasequery.Actors.Tests.Upstream;
using Leasequery.Actors.Upstream;
using Leasequery.Domain.Bindings;
using Leasequery.Domain.Upstream;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leasequery.Actors.Tests.Addresses;

/// <summary>What an address actor asks DHCP servers, and what it makes of their answers (N7, N17 to N19, N40 to N43).</summary>
public class AddressActorUpstreamTests : UpstreamSpec
{
    private const string One = "192.0.2.1:67";
    private const string Two = "192.0.2.2:67";
    private const string BothServers = """{ address = "192.0.2.1" }, { address = "192.0.2.2" }""";
    private const uint Hour = 3600;

    private static readonly Ipv4Address Subscriber = Address("10.1.2.3");
    private static readonly HardwareAddress Modem = Device("00:0a:28:00:fa:42");
    private static readonly OctetString Location = OctetString.Copy([1, 1, 7]);

    /// <summary>The modem got an hour, and that was seen.</summary>
    private static readonly LeaseGranted Grant =
        new(Subscriber, Modem, null, 0x1234, Hour, null, null, Address("10.9.0.1"), Address("192.0.2.1"), Location, default);

    /// <summary>A server says that the modem has an hour left, and spoke with it a minute ago.</summary>
    private static readonly LeaseReported Report =
        new(Subscriber, Modem, null, 0x5678, Hour, null, null, 60, Address("192.0.2.1"), Location, default);

    private readonly TestProbe _upstream;
    private readonly TestProbe _parent;
    private readonly LocationTable _table = new(new ShardMap(1), new NegativeCache(64, 8));
    private readonly LeasequeryMetrics _metrics;

    public AddressActorUpstreamTests()
    {
        _upstream = CreateTestProbe();
        _parent = CreateTestProbe();
        var store = new StoreHealth(Clock, TimeSpan.FromSeconds(1), NullLogger<StoreHealth>.Instance);
        _metrics = new LeasequeryMetrics(_table, store, NullLogger<LeasequeryMetrics>.Instance);
        _table.Begin(0);
        _table.Complete(0);
    }

    private uint Seconds => Clock.NowInUnixSeconds();

    [Fact]
    public void A_never_seen_address_is_asked_about()
    {
        var actor = StartActor();
        actor.Tell(Question(), TestActor);
        var ask = _upstream.ExpectMsg<UpstreamProtocol.Ask>();
        Assert.Equal(Subscriber, ask.Address);
        Assert.Empty(ask.AlreadyAsked);
        Settle(actor);
        Assert.False(HasMessages); // nothing is told before somebody knows
    }

    [Fact]
    public void With_no_server_to_ask_the_binding_says_it_all()
    {
        StartActor("").Tell(Question(), TestActor);
        ExpectMsg(new AddressProtocol.Located(Question(), null));
        Assert.False(_upstream.HasMessages);
    }

    [Fact]
    public void While_a_gleaned_lease_runs_nobody_is_asked_N6()
    {
        var actor = StartActor();
        Glean(actor, Grant);
        Advance(Hour - 1);
        actor.Tell(Question(), TestActor);
        Assert.Equal(BindingState.Leased, ExpectMsg<AddressProtocol.Located>().Binding!.State);
        Assert.False(_upstream.HasMessages);
    }

    [Fact] // a unicast renewal is not seen
    public void A_gleaned_lease_whose_end_has_passed_is_asked_about_again_N7()
    {
        var actor = StartActor();
        Glean(actor, Grant);
        Advance(Hour);
        var round = Open(actor, One);
        Say(actor, round, ServerVerdict.Leased, Report);

        var located = ExpectMsg<AddressProtocol.Located>();
        Assert.Equal((Finding.Settled, true, Seconds + Hour),
            (located.Finding, located.Binding!.IsLeasedAt(Seconds), located.Binding.ExpiresAt));
    }

    [Fact] // N42, N50: a server that did not hear of the release would be asked with each query
    public void A_lease_of_before_its_release_counts_as_none_and_is_not_asked_about_again()
    {
        var actor = StartActor();
        Glean(actor, Grant);
        Advance(60);
        Glean(actor, new LeaseGivenUp(Subscriber, Modem, null, 1, BindingState.Released));
        Advance(60);
        Say(actor, Open(actor, One), ServerVerdict.Leased, Report with { LastTransactionSeconds = 120 });
        Assert.Equal(BindingState.Released, ExpectMsg<AddressProtocol.Located>().Binding!.State);
        Assert.True(_table.IsVacant(Subscriber, Seconds));

        actor.Tell(Question(2), TestActor);
        ExpectMsg<AddressProtocol.Located>();
        Assert.False(_upstream.HasMessages);
    }

    [Fact] // RFC 4388 6.8
    public void Who_tells_of_a_lease_of_before_its_release_does_not_answer_for_the_server_that_knows_of_the_next()
    {
        var other = Device("00:0a:28:66:66:66");
        var actor = StartActor();
        Glean(actor, Grant);
        Advance(60);
        Glean(actor, new LeaseGivenUp(Subscriber, Modem, null, 1, BindingState.Released));
        Advance(60);
        var round = Open(actor, One, Two);
        Say(actor, round, ServerVerdict.Leased, Report with { LastTransactionSeconds = 120 });
        Settle(actor);
        Assert.False(HasMessages);

        Say(actor, round, ServerVerdict.Leased, Report with { Device = other, LastTransactionSeconds = 10 });
        Assert.Equal(other, ExpectMsg<AddressProtocol.Located>().Binding!.Device);
    }

    [Fact]
    public void Questions_join_and_all_are_answered_in_their_order_N50()
    {
        var actor = StartActor();
        for (var asked = 0; asked < 10_000; asked++)
            actor.Tell(Question(asked), TestActor);
        var round = _upstream.ExpectMsg<UpstreamProtocol.Ask>().Round;
        actor.Tell(new UpstreamProtocol.Asked(round, [One]));
        Say(actor, round, ServerVerdict.Leased, Report);

        Assert.Equal(Enumerable.Range(0, 10_000).Select(asked => (long)asked),
            ReceiveN(10_000).Cast<AddressProtocol.Located>().Select(located => located.Question.AskedAt));
        Assert.False(_upstream.HasMessages);
    }

    [Fact]
    public void A_lease_decides_at_once_is_stored_and_published_N40()
    {
        var actor = StartActor();
        var round = Open(actor, One, Two);
        Say(actor, round, ServerVerdict.Leased, Report);

        var bound = ExpectMsg<AddressProtocol.Located>().Binding!;
        Assert.Equal((BindingState.Leased, Modem, Location, Seconds + Hour, Seconds - 60),
            (bound.State, bound.Device, bound.RelayAgentInformation, bound.ExpiresAt, bound.LastTransactionAt));
        Assert.Equal(Seconds + Hour, Published());
        Assert.Equal(bound, Recovered(actor));
    }

    [Fact] // N24: stored as what it is, told without a time, and not asked about again while it is believed
    public void A_device_that_a_server_names_without_a_lease_is_told_and_stored_without_one()
    {
        var actor = StartActor();
        var round = Open(actor, One, Two);
        Say(actor, round, ServerVerdict.Configured, Report with { RemainingSeconds = 300, IsConfigured = true });

        var known = ExpectMsg<AddressProtocol.Located>().Binding!;
        Assert.Equal((BindingState.Configured, Modem, Location, Seconds + 300),
            (known.State, known.Device, known.RelayAgentInformation, known.ExpiresAt));
        Assert.Equal(0u, Published()); // no lease, so no end of one
        Advance(299);
        actor.Tell(Question(), TestActor);
        Assert.Equal(known, ExpectMsg<AddressProtocol.Located>().Binding);
        Assert.False(_upstream.HasMessages);

        Advance(1);
        Assert.Equal(known, Silence(actor, Finding.Silence).Binding); // not over while nobody says so
        Assert.Equal(known, Recovered(actor));
    }

    [Fact]
    public void What_servers_say_after_the_answer_is_given_changes_nothing_that_is_more_recent()
    {
        var actor = StartActor();
        var round = Open(actor, One, Two);
        Say(actor, round, ServerVerdict.Leased, Report);
        ExpectMsg<AddressProtocol.Located>();
        Say(actor, round, ServerVerdict.NoLease);
        Say(actor, round, ServerVerdict.NotManaged);
        Settle(actor);
        Assert.False(_upstream.HasMessages);
        Assert.Equal(BindingState.Leased, Recovered(actor)!.State);
    }

    [Theory] // RFC 4388 6.8: option 91 says whose transaction is the more recent
    [InlineData(10u, true)]
    [InlineData(300u, false)]
    public void Of_two_leases_the_more_recent_one_is_right(uint secondsAgo, bool wins)
    {
        var other = Device("00:0a:28:66:66:66");
        var actor = StartActor();
        var round = Open(actor, One, Two);
        Say(actor, round, ServerVerdict.Leased, Report);
        ExpectMsg<AddressProtocol.Located>();
        Say(actor, round, ServerVerdict.Leased, Report with { Device = other, LastTransactionSeconds = secondsAgo });

        actor.Tell(Question(), TestActor);
        Assert.Equal(wins ? other : Modem, ExpectMsg<AddressProtocol.Located>().Binding!.Device);
        Assert.Equal(wins ? other : Modem, Recovered(actor)!.Device);
    }

    [Fact]
    public void Managed_without_a_lease_by_one_and_not_managed_by_all_others_is_no_lease_N42()
    {
        var actor = StartActor();
        var round = Open(actor, One, Two);
        Say(actor, round, ServerVerdict.NoLease);
        Settle(actor);
        Assert.False(HasMessages); // the other may know of a lease
        Say(actor, round, ServerVerdict.NotManaged);

        ExpectMsg(new AddressProtocol.Located(Question(), null));
        Assert.True(_table.IsVacant(Subscriber, Seconds));
    }

    [Fact]
    public void While_no_lease_is_believed_nobody_is_asked_again_N42()
    {
        var actor = StartActor(upstream: "no-lease-ttl = 60 s");
        Say(actor, Open(actor, One), ServerVerdict.NoLease);
        ExpectMsg<AddressProtocol.Located>();
        Advance(59);
        actor.Tell(Question(), TestActor);
        ExpectMsg(new AddressProtocol.Located(Question(), null));
        Assert.False(_upstream.HasMessages);

        Advance(1);
        actor.Tell(Question(), TestActor);
        _upstream.ExpectMsg<UpstreamProtocol.Ask>();
    }

    [Fact]
    public void A_lease_by_one_counts_more_than_no_lease_by_another()
    {
        var actor = StartActor();
        var round = Open(actor, One, Two);
        Say(actor, round, ServerVerdict.NoLease);
        Say(actor, round, ServerVerdict.Leased, Report);
        Assert.Equal(BindingState.Leased, ExpectMsg<AddressProtocol.Located>().Binding!.State);
        Assert.False(_table.IsVacant(Subscriber, Seconds));
    }

    [Fact]
    public void A_gleaned_lease_ends_what_was_believed_of_no_lease()
    {
        var actor = StartActor();
        Say(actor, Open(actor, One), ServerVerdict.NoLease);
        ExpectMsg<AddressProtocol.Located>();
        Glean(actor, Grant);
        Assert.False(_table.IsVacant(Subscriber, Seconds));
    }

    [Fact]
    public void A_lease_that_a_server_calls_over_is_over_and_its_device_is_kept_N31_N42()
    {
        var actor = StartActor();
        Glean(actor, Grant);
        Advance(Hour);
        Say(actor, Open(actor, One), ServerVerdict.NoLease);

        var located = ExpectMsg<AddressProtocol.Located>();
        Assert.Equal((Finding.Settled, BindingState.Expired, Modem),
            (located.Finding, located.Binding!.State, located.Binding.Device));
        Assert.Equal(located.Binding, Recovered(actor));
    }

    [Theory] // option 91 says whose transaction is the more recent; who does not say it comes after who does
    [InlineData(300u, 10u, true)]
    [InlineData(10u, 300u, false)]
    [InlineData(null, 300u, true)]
    [InlineData(300u, null, false)]
    [InlineData(null, null, false)]
    public void Where_nobody_has_a_lease_the_most_recent_device_of_all_servers_is_told_and_kept_N31(uint? one, uint? two,
        bool isSecond)
    {
        var other = Device("00:0a:28:66:66:66");
        var former = Report with { RemainingSeconds = 0 };
        var actor = StartActor();
        var round = Open(actor, One, Two);
        Say(actor, round, ServerVerdict.NoLease, former with { LastTransactionSeconds = one });
        Settle(actor);
        Assert.False(HasMessages); // the other may know of a lease
        Say(actor, round, ServerVerdict.NoLease, former with { Device = other, LastTransactionSeconds = two });

        var located = ExpectMsg<AddressProtocol.Located>();
        Assert.Equal((Finding.Settled, BindingState.Expired, isSecond ? other : Modem, Location),
            (located.Finding, located.Binding!.State, located.Binding.Device, located.Binding.RelayAgentInformation));
        Assert.True(_table.IsVacant(Subscriber, Seconds));
        Assert.Equal(located.Binding, Recovered(actor));
    }

    [Fact]
    public void A_lease_by_one_counts_more_than_the_last_device_of_another()
    {
        var actor = StartActor();
        var round = Open(actor, One, Two);
        Say(actor, round, ServerVerdict.NoLease,
            Report with { RemainingSeconds = 0, LastTransactionSeconds = 0, Device = Device("00:0a:28:66:66:66") });
        Say(actor, round, ServerVerdict.Leased, Report);
        Assert.Equal(Modem, ExpectMsg<AddressProtocol.Located>().Binding!.Device);
        Assert.Equal(Modem, Recovered(actor)!.Device);
    }

    [Fact]
    public void What_no_server_manages_is_not_managed_N43()
    {
        var actor = StartActor();
        var round = Open(actor, One, Two);
        Say(actor, round, ServerVerdict.NotManaged);
        Say(actor, round, ServerVerdict.NotManaged);
        ExpectNobodyElse(actor, round);
        ExpectMsg(new AddressProtocol.Located(Question(), null, Finding.NotManaged));
    }

    [Fact] // N16: the upstream actor asks nobody
    public void What_nobody_is_asked_about_is_not_managed()
    {
        var actor = StartActor();
        Open(actor);
        ExpectMsg(new AddressProtocol.Located(Question(), null, Finding.NotManaged));
    }

    [Fact] // the servers do not know it, but a relay saw it
    public void A_gleaned_lease_that_is_over_is_no_lease_when_no_server_manages_it()
    {
        var actor = StartActor();
        Glean(actor, Grant);
        Advance(Hour);
        var round = Open(actor, One);
        Say(actor, round, ServerVerdict.NotManaged);
        ExpectNobodyElse(actor, round);
        var located = ExpectMsg<AddressProtocol.Located>();
        Assert.Equal((Finding.Settled, Modem), (located.Finding, located.Binding!.Device));
    }

    [Theory] // the silent one might know: a NAK by the other would be a false one
    [InlineData(ServerVerdict.Silent, ServerVerdict.Silent)]
    [InlineData(ServerVerdict.Silent, ServerVerdict.NotManaged)]
    [InlineData(ServerVerdict.NotManaged, ServerVerdict.Silent)]
    public void While_somebody_is_silent_who_might_know_there_is_no_answer(ServerVerdict one, ServerVerdict two)
    {
        var actor = StartActor();
        var round = Open(actor, One, Two);
        Say(actor, round, one);
        Say(actor, round, two);
        ExpectNobodyElse(actor, round);
        ExpectMsg(new AddressProtocol.Located(Question(), null, Finding.Silence));
    }

    [Fact]
    public void The_next_question_after_silence_is_asked_anew()
    {
        var actor = StartActor();
        Silence(actor, Finding.Silence);
        Say(actor, Open(actor, One), ServerVerdict.Leased, Report);
        Assert.Equal(Modem, ExpectMsg<AddressProtocol.Located>().Binding!.Device);
    }

    [Theory] // hocon: how long after its end a lease stays a question
    [InlineData(1800, Finding.Silence)]
    [InlineData(3599, Finding.Silence)]
    [InlineData(3600, Finding.Settled)]
    public void An_expired_lease_stays_a_question_for_its_grace(int secondsAfterItsEnd, Finding finding)
    {
        var actor = StartActor();
        Glean(actor, Grant);
        Advance(Hour + secondsAfterItsEnd);
        Silence(actor, finding);
    }

    [Fact]
    public void An_address_that_its_device_gave_up_is_no_question()
    {
        var actor = StartActor();
        Glean(actor, Grant);
        Glean(actor, new LeaseGivenUp(Subscriber, Modem, null, 1, BindingState.Released));
        Assert.Equal(BindingState.Released, Silence(actor, Finding.Settled).Binding!.State);
    }

    [Fact]
    public void By_setting_the_last_known_location_is_told_while_servers_are_silent()
    {
        var actor = StartActor(upstream: "when-silent = last-known");
        Assert.Null(Silence(actor, Finding.Silence).Binding); // nothing is known

        Glean(actor, Grant);
        Advance(Hour);
        Assert.Equal(Location, Silence(actor, Finding.LastKnown).Binding!.RelayAgentInformation);
    }

    [Fact] // N18: another may have taken over
    public void When_the_one_that_should_know_is_silent_the_others_are_asked()
    {
        var actor = StartActor();
        var round = Open(actor, One);
        Say(actor, round, ServerVerdict.Silent);
        var second = _upstream.ExpectMsg<UpstreamProtocol.Ask>();
        Assert.Equal((round, One), (second.Round, Assert.Single(second.AlreadyAsked)));

        actor.Tell(new UpstreamProtocol.Asked(round, [Two]));
        Say(actor, round, ServerVerdict.Leased, Report);
        Assert.Equal(Modem, ExpectMsg<AddressProtocol.Located>().Binding!.Device);
    }

    [Fact] // other threads read it
    public void What_was_told_the_upstream_actor_does_not_change_afterwards()
    {
        var actor = StartActor();
        actor.Tell(Question(), TestActor);
        var first = _upstream.ExpectMsg<UpstreamProtocol.Ask>();
        actor.Tell(new UpstreamProtocol.Asked(first.Round, [One]));
        Say(actor, first.Round, ServerVerdict.Silent);
        var second = _upstream.ExpectMsg<UpstreamProtocol.Ask>();
        actor.Tell(new UpstreamProtocol.Asked(second.Round, [Two]));
        Settle(actor);
        Assert.Empty(first.AlreadyAsked);
        Assert.Equal([One], second.AlreadyAsked);
    }

    [Fact]
    public void When_the_one_that_should_know_is_silent_and_no_other_does_there_is_no_answer()
    {
        var actor = StartActor();
        var round = Open(actor, One);
        Say(actor, round, ServerVerdict.Silent);
        _upstream.ExpectMsg<UpstreamProtocol.Ask>();
        actor.Tell(new UpstreamProtocol.Asked(round, [Two]));
        Say(actor, round, ServerVerdict.NotManaged);
        ExpectNobodyElse(actor, round);
        ExpectMsg(new AddressProtocol.Located(Question(), null, Finding.Silence));
    }

    [Fact] // N49: the others would be asked in vain, and at the worst moment
    public void When_the_one_that_should_know_is_busy_nobody_else_is_asked()
    {
        var actor = StartActor();
        Say(actor, Open(actor, One), ServerVerdict.Busy);
        ExpectMsg(new AddressProtocol.Located(Question(), null, Finding.Silence));
        Assert.False(_upstream.HasMessages);
    }

    [Fact]
    public void A_lease_gleaned_while_servers_are_asked_answers_all_who_wait()
    {
        var actor = StartActor();
        var round = Open(actor, One);
        actor.Tell(Question(2), TestActor);
        actor.Tell(new AddressProtocol.Glean(Grant, 1), TestActor);

        ExpectMsg<AddressProtocol.Gleaned>();
        Assert.Equal([1, 2], ReceiveN(2).Cast<AddressProtocol.Located>().Select(located => located.Question.AskedAt));
        Say(actor, round, ServerVerdict.NotManaged); // too late to matter
        actor.Tell(Question(3), TestActor);
        Assert.Equal(Modem, ExpectMsg<AddressProtocol.Located>().Binding!.Device);
        Assert.False(_upstream.HasMessages);
    }

    [Fact]
    public void A_lease_that_the_store_does_not_take_is_not_told_and_is_asked_about_again()
    {
        var actor = StartActor();
        var round = Open(actor, One);
        TakeEvents(false);
        Say(actor, round, ServerVerdict.Leased, Report);
        ExpectMsg(new AddressProtocol.Located(Question(), null, Finding.Silence));
        Assert.Null(Published());

        TakeEvents(true);
        Say(actor, Open(actor, One), ServerVerdict.Leased, Report);
        Assert.Equal(Modem, ExpectMsg<AddressProtocol.Located>().Binding!.Device);
    }

    [Fact]
    public void What_was_said_to_an_earlier_question_does_not_count()
    {
        var actor = StartActor();
        var first = Open(actor, One, Two);
        Say(actor, first, ServerVerdict.Silent);
        Glean(actor, Grant);
        ExpectMsg<AddressProtocol.Located>();
        Glean(actor, new LeaseGivenUp(Subscriber, Modem, null, 1, BindingState.Released));

        var second = Open(actor, One);
        Say(actor, first, ServerVerdict.NotManaged);
        actor.Tell(new UpstreamProtocol.Asked(first, []));
        Settle(actor);
        Assert.False(HasMessages);
        Assert.False(_upstream.HasMessages);
        Say(actor, second, ServerVerdict.NoLease);
        ExpectMsg<AddressProtocol.Located>();
    }

    [Fact] // nothing is heard of them meanwhile
    public void While_servers_are_asked_the_actor_does_not_leave_however_idle()
    {
        var actor = StartActor(passivateAfter: 1);
        var round = Open(actor, One);
        Settle(actor);
        for (var seconds = 0; seconds < 14; seconds++)
        {
            Advance(1);
            Settle(actor);
        }

        Assert.False(HasLeft());
        Say(actor, round, ServerVerdict.Leased, Report);
        ExpectMsg<AddressProtocol.Located>();
        Settle(actor);
        for (var seconds = 0; seconds < 2; seconds++)
        {
            Advance(1);
            Settle(actor);
        }

        Assert.True(HasLeft());
    }

    [Fact] // the node of a server's actor may die with the answer
    public void An_answer_that_got_lost_mutes_the_address_for_15_seconds()
    {
        var actor = StartActor();
        var round = Open(actor, One);
        Advance(10);
        actor.Tell(Question(2), TestActor); // joins
        Advance(4);
        Settle(actor);
        Assert.False(HasMessages);
        Assert.False(_upstream.HasMessages);

        Advance(1);
        ExpectMsg(new AddressProtocol.Located(Question(1), null, Finding.Silence));
        ExpectMsg(new AddressProtocol.Located(Question(2), null, Finding.Silence));
        Assert.NotEqual(round, Open(actor, One)); // who asks now is asked for
    }

    [Fact]
    public void Who_waits_in_vain_gets_what_silence_gives()
    {
        var actor = StartActor(upstream: "when-silent = last-known");
        Glean(actor, Grant);
        Advance(Hour);
        Open(actor, One);
        Advance(15);
        Assert.Equal((Finding.LastKnown, Location), Told(ExpectMsg<AddressProtocol.Located>()));

        static (Finding, OctetString) Told(AddressProtocol.Located located) =>
            (located.Finding, located.Binding!.RelayAgentInformation);
    }

    [Fact] // one says that nobody holds a lease, the other nothing
    public void What_one_server_said_counts_though_the_answer_of_another_got_lost()
    {
        var actor = StartActor();
        Say(actor, Open(actor, One, Two), ServerVerdict.NoLease);
        Advance(15);
        ExpectMsg(new AddressProtocol.Located(Question(), null));
        Assert.True(_table.IsVacant(Subscriber, Seconds));
    }

    [Fact] // N42, N50: the next question would be one more packet for the server
    public void What_a_slow_server_says_when_nobody_waits_any_more_is_believed()
    {
        var actor = StartActor(maxResident: 0);
        var round = Open(actor, One);
        Advance(15);
        ExpectMsg<AddressProtocol.Located>();
        Advance(100);
        Settle(actor);
        Assert.False(HasLeft()); // the server is asked for two minutes

        Say(actor, round, ServerVerdict.NoLease);
        Settle(actor);
        Assert.True(_table.IsVacant(Subscriber, Seconds));
        Assert.True(HasLeft());
    }

    [Theory] // N49
    [InlineData(ServerVerdict.NotManaged)]
    [InlineData(ServerVerdict.Silent)]
    public void When_nobody_waits_any_more_no_other_server_is_asked(ServerVerdict said)
    {
        var actor = StartActor();
        var round = Open(actor, One);
        Advance(15);
        ExpectMsg<AddressProtocol.Located>();
        Say(actor, round, said);
        Settle(actor);
        Assert.False(_upstream.HasMessages);
    }

    [Fact]
    public void An_actor_whose_answer_got_lost_waits_for_it_three_minutes()
    {
        var actor = StartActor(maxResident: 0);
        Open(actor, One);
        Advance(15);
        ExpectMsg<AddressProtocol.Located>();
        Settle(actor);
        Advance(164);
        Settle(actor);
        Assert.False(HasLeft());
        Advance(1);
        Settle(actor);
        Assert.True(HasLeft());
    }

    [Fact]
    public void An_actor_that_ends_answers_its_line_and_the_next_one_asks_anew()
    {
        var actor = StartActor();
        Open(actor, One);
        Stop(actor);
        ExpectMsg(new AddressProtocol.Located(Question(), null, Finding.Silence));

        actor = StartActor();
        Say(actor, Open(actor, One), ServerVerdict.Leased, Report);
        Assert.Equal(Modem, ExpectMsg<AddressProtocol.Located>().Binding!.Device);
    }

    [Fact]
    public void A_lease_that_is_told_when_nobody_waits_any_more_is_kept()
    {
        var actor = StartActor();
        Say(actor, 1, ServerVerdict.Leased, Report);
        actor.Tell(Question(), TestActor);
        Assert.Equal(Modem, ExpectMsg<AddressProtocol.Located>().Binding!.Device);
        Assert.False(_upstream.HasMessages);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _metrics.Dispose();
    }

    private static HardwareAddress Device(string text) =>
        HardwareAddress.TryParse(text, out var device) ? device : throw new FormatException(text);

    [Fact]
    public void Where_actors_crowd_one_stays_while_its_question_is_open_and_leaves_with_the_answer()
    {
        var actor = StartActor(maxResident: 0);
        var round = Open(actor, "a");
        Settle(actor);
        Assert.False(_parent.HasMessages);

        Say(actor, round, ServerVerdict.NotManaged);
        _upstream.ExpectMsg<UpstreamProtocol.Ask>();
        actor.Tell(new UpstreamProtocol.Asked(round, []));
        ExpectMsg<AddressProtocol.Located>();
        _parent.ExpectMsg<Passivate>();
        actor.Tell(Question(), TestActor); // before sharding has answered: once is enough
        Settle(actor);
        Assert.False(_parent.HasMessages);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Where_actors_crowd_one_leaves_when_the_lease_that_it_asked_for_is_stored_or_not(bool isStored)
    {
        var actor = StartActor(maxResident: 0);
        var round = Open(actor, One);
        TakeEvents(isStored);
        Say(actor, round, ServerVerdict.Leased, Report);
        ExpectMsg<AddressProtocol.Located>();
        _parent.ExpectMsg<Passivate>();
    }

    [Fact] // RFC 4388 6.8: the other server's answer goes to this actor, and to no other
    public void Where_actors_crowd_one_stays_until_the_other_servers_have_spoken_too()
    {
        var other = Device("00:0a:28:66:66:66");
        var actor = StartActor(maxResident: 0);
        var round = Open(actor, One, Two);
        Say(actor, round, ServerVerdict.Leased, Report);
        ExpectMsg<AddressProtocol.Located>();
        Settle(actor);
        Assert.False(HasLeft());

        Say(actor, round, ServerVerdict.Leased, Report with { Device = other, LastTransactionSeconds = 10 });
        _parent.ExpectMsg<Passivate>();
        Assert.Equal(other, Recovered(actor)!.Device);
    }

    [Theory]
    [InlineData(ServerVerdict.NoLease)]
    [InlineData(ServerVerdict.NotManaged)]
    [InlineData(ServerVerdict.Silent)]
    public void Where_actors_crowd_one_leaves_when_the_other_server_knows_of_no_lease(ServerVerdict verdict)
    {
        var actor = StartActor(maxResident: 0);
        var round = Open(actor, One, Two);
        Say(actor, round, ServerVerdict.Leased, Report);
        ExpectMsg<AddressProtocol.Located>();
        Say(actor, round, verdict);
        _parent.ExpectMsg<Passivate>();
        Assert.Equal(BindingState.Leased, Recovered(actor)!.State);
    }

    [Fact] // one of the servers is down
    public void Where_actors_crowd_one_that_has_a_lease_waits_15_seconds_for_the_other_server()
    {
        var actor = StartActor(maxResident: 0);
        Say(actor, Open(actor, One, Two), ServerVerdict.Leased, Report);
        ExpectMsg<AddressProtocol.Located>();
        Advance(14.9);
        Settle(actor);
        Assert.False(HasLeft());
        Advance(0.1);
        Settle(actor);
        Assert.True(HasLeft());
    }

    [Fact]
    public void A_line_has_an_end_and_who_finds_no_place_is_told_at_once()
    {
        var actor = StartActor();
        Open(actor, "a");
        for (var asker = 1; asker < 20_000; asker++)
            actor.Tell(Question(), ActorRefs.NoSender);
        var late = CreateTestProbe();
        actor.Tell(Question(askedAt: 2), late);
        late.ExpectMsg(new AddressProtocol.Located(Question(askedAt: 2), null, Finding.Silence));
        Settle(actor);
        Assert.False(HasMessages);
    }

    private static AddressProtocol.Locate Question(long askedAt = 1) => new(
        new LeasequeryRequest(Subscriber, Address("10.9.0.1"), 1, 0, DhcpMessageType.LeaseQuery, false, default, false),
        LeasequeryDialect.Rfc4388, default, default, askedAt);

    private static void Say(IActorRef actor, int round, ServerVerdict verdict, LeaseReported? lease = null) =>
        actor.Tell(new UpstreamProtocol.Said(round, verdict, lease));

    private IActorRef StartActor(string servers = BothServers, string upstream = "", int maxResident = 1000,
        int passivateAfter = 10) =>
        _parent.ChildActorOf(AddressActor.Props(Subscriber, new AddressContext(_table, _metrics, Clock,
            Settings($"servers = [{servers}]\n{upstream}").Upstream, _upstream, TimeSpan.FromSeconds(passivateAfter),
            maxResident)));

    /// <summary>Asks, and has the question asked of these servers.</summary>
    private int Open(IActorRef actor, params string[] servers)
    {
        actor.Tell(Question(), TestActor);
        var round = _upstream.ExpectMsg<UpstreamProtocol.Ask>().Round;
        actor.Tell(new UpstreamProtocol.Asked(round, servers));
        return round;
    }

    /// <summary>True when the actor has asked its shard to let it go.</summary>
    private bool HasLeft()
    {
        var hasLeft = false;
        while (_parent.HasMessages)
            hasLeft |= _parent.ReceiveOne(TimeSpan.Zero) is Passivate;
        return hasLeft;
    }

    private void ExpectNobodyElse(IActorRef actor, int round)
    {
        Assert.NotEmpty(_upstream.ExpectMsg<UpstreamProtocol.Ask>(ask => ask.Round == round).AlreadyAsked);
        actor.Tell(new UpstreamProtocol.Asked(round, []));
    }

    /// <summary>Asks while all servers are silent.</summary>
    private AddressProtocol.Located Silence(IActorRef actor, Finding finding)
    {
        var round = Open(actor, One);
        Say(actor, round, ServerVerdict.Silent);
        ExpectNobodyElse(actor, round);
        var located = ExpectMsg<AddressProtocol.Located>();
        Assert.Equal(finding, located.Finding);
        return located;
    }

    private void Glean(IActorRef actor, Observation seen)
    {
        actor.Tell(new AddressProtocol.Glean(seen, 1), TestActor);
        Assert.Equal(GleanResult.Stored, ExpectMsg<AddressProtocol.Gleaned>().Result);
    }

    private void TakeEvents(bool isTaking) =>
        Persistence.Instance.Apply(Sys).JournalFor(null).Tell(new UpstreamJournal.Take(isTaking));

    private void Stop(IActorRef actor)
    {
        var watcher = CreateTestProbe();
        watcher.Watch(actor);
        Sys.Stop(actor);
        watcher.ExpectTerminated(actor);
        HasLeft(); // the next one begins with nothing said
    }

    /// <summary>The end of the lease that the table tells of; null when it has no record.</summary>
    private unsafe uint? Published()
    {
        var scratch = stackalloc byte[LocationTable.ScratchSize];
        return _table.Find(Subscriber, scratch, Seconds, out var answer) == LookUp.Found ? answer.ExpiresAt : null;
    }

    /// <summary>What the store restores, with nobody to ask.</summary>
    private Binding? Recovered(IActorRef actor)
    {
        Settle(actor);
        Stop(actor);
        StartActor("").Tell(Question(), TestActor);
        return ExpectMsg<AddressProtocol.Located>().Binding;
    }
}
