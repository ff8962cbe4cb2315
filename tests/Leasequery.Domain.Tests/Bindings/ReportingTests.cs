using Leasequery.Domain.Bindings;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;
using static Leasequery.Domain.Tests.Support.Some;

namespace Leasequery.Domain.Tests.Bindings;

/// <summary>What a server says when it is asked, against what is known (RFC 4388 sections 6.5 and 6.8).</summary>
public class ReportingTests
{
    private static readonly Ipv4Address OtherServer = Ipv4Address.Parse("192.0.2.2");

    /// <summary>Half an hour is left of the modem's lease of an hour.</summary>
    private static readonly LeaseReported Report =
        new(Address, Modem, null, 0x9999, 1800, 600, 1200, 1800, OtherServer, Rai, default);

    /// <summary>The modem has the address, without a lease; to be believed for five minutes.</summary>
    private static readonly LeaseReported Configured =
        Report with { RemainingSeconds = 300, RenewalSeconds = null, RebindingSeconds = null, IsConfigured = true };

    private static readonly NoLeaseReported NoLease = new(Address, OtherServer);

    /// <summary>Nobody has the address; the modem was the last.</summary>
    private static readonly LeaseReported Former =
        Report with { RemainingSeconds = 0, RenewalSeconds = null, RebindingSeconds = null };

    [Fact]
    public void A_reported_lease_binds_with_what_remains_N40() => Assert.Equal(
        new Binding(Address, BindingState.Leased, Modem, ModemId, 0x9999, Now - 1800, Now + 1800, Now + 600, Now + 1200, default,
            OtherServer, Rai, Octets("0104ffffff00")),
        Reported(null, Report with { ClientIdentifier = ModemId, Options = Octets("0104ffffff00") }));

    [Theory] // T1 and T2 are not guessed: of the lease only the rest is known, and at what part of it they lie is not
    [InlineData(1800u, null, null, Now + 1800, 0u, 0u)]
    [InlineData(1800u, 600u, null, Now + 1800, Now + 600, 0u)]
    [InlineData(1800u, null, 1200u, Now + 1800, 0u, Now + 1200)]
    [InlineData(uint.MaxValue, null, null, Binding.Never, 0u, 0u)]
    [InlineData(uint.MaxValue, 600u, 1200u, Binding.Never, 0u, 0u)]
    [InlineData(uint.MaxValue - 1, 600u, 1200u, Binding.Never - 1, Now + 600, Now + 1200)]
    [InlineData(1800u, 3600u, 7200u, Now + 1800, Now + 1800, Now + 1800)] // set behind the end of the lease: not longer than it
    public void Times_are_as_reported(uint remaining, uint? t1, uint? t2, uint expires, uint renews, uint rebinds)
    {
        var binding = Reported(null, Report with { RemainingSeconds = remaining, RenewalSeconds = t1, RebindingSeconds = t2 })!;
        Assert.Equal((expires, renews, rebinds), (binding.ExpiresAt, binding.RenewsAt, binding.RebindsAt));
    }

    [Theory]
    [InlineData(null, 0u)] // the drafts have no option 91: one that was made up would be told, and win against others
    [InlineData(0u, Now)]
    [InlineData(60u, Now - 60)]
    [InlineData(uint.MaxValue, 0u)]
    public void The_last_transaction_is_as_reported_or_unknown(uint? ago, uint at) =>
        Assert.Equal(at, Reported(null, Report with { LastTransactionSeconds = ago })!.LastTransactionAt);

    [Fact] // RFC 4388 section 6.8
    public void A_server_that_says_when_wins_over_one_that_does_not_know_in_either_order()
    {
        LeaseReported unaware = Report with { LastTransactionSeconds = null }, aware = Report with { Device = Stranger };
        Assert.Equal(Stranger, After((unaware, Now), (aware, Now + 10))!.Device);
        Assert.Equal(Stranger, After((aware, Now), (unaware, Now + 10))!.Device);
    }

    [Fact] // the drafts have no option 91: of two servers that do not know the later word counts, of a lease that is over any
    public void A_server_that_does_not_know_when_is_believed_where_nobody_does()
    {
        var unaware = Report with { LastTransactionSeconds = null };
        Assert.Equal(Stranger, After((unaware, Now), (unaware with { Device = Stranger }, Now + 10))!.Device);
        Assert.Equal(Stranger, After((Grant, Now), (unaware with { Device = Stranger }, Now + Hour))!.Device);
    }

    [Theory] // RFC 4388 section 6.8: the more recent transaction beats the older
    [InlineData(0u, true)]
    [InlineData(98u, true)]
    [InlineData(100u, true)]
    [InlineData(102u, true)] // both count whole seconds: not more than 2 s older is not older
    [InlineData(103u, false)]
    [InlineData(uint.MaxValue, false)]
    [InlineData(null, false)] // unknown
    public void A_running_lease_yields_only_to_a_transaction_as_recent(uint? ago, bool isTaken)
    {
        var report = Report with { Device = Stranger, LastTransactionSeconds = ago };
        Assert.Equal(isTaken ? Stranger : (HardwareAddress?)null, Decided(report)?.Binding.Device);
    }

    [Fact]
    public void Two_servers_that_differ_settle_on_the_more_recent_in_either_order()
    {
        LeaseReported[] reports = [Report, Report with { Device = Stranger, LastTransactionSeconds = 60, Server = Server }];
        Assert.Equal(Stranger, After((reports[0], Now), (reports[1], Now))!.Device);
        Assert.Equal(Stranger, After((reports[1], Now), (reports[0], Now))!.Device);
    }

    public static TheoryData<string, Binding?> NothingThatRuns => new()
    {
        { "never seen", null },
        { "ran out", Bound(Grant with { LeaseSeconds = 50 }) },
        { "expired by another server", After((Grant, Now), (NoLease, Now + 99)) },
    };

    [Theory]
    [MemberData(nameof(NothingThatRuns), DisableDiscoveryEnumeration = true)]
    public void Where_no_lease_runs_a_report_binds_however_old_its_transaction(string how, Binding? binding) =>
        Assert.True(BindingRules.Decide(binding, Report, Now + 100) is LeaseBound, how);

    [Theory] // RFC 4388 section 6.8: a peer that did not hear of the release still tells of the lease before it
    [InlineData(BindingState.Released, 100u, false)]
    [InlineData(BindingState.Declined, 100u, false)]
    [InlineData(BindingState.Released, 0u, true)] // leased anew since
    public void A_lease_that_was_given_up_is_over_for_reports_of_before(BindingState state, uint lastTransactionAgo, bool isTaken)
    {
        var given = After((Grant, Now), (new LeaseGivenUp(Address, Modem, null, 1, state), Now + 90));
        var decided = BindingRules.Decide(given, Report with { LastTransactionSeconds = lastTransactionAgo }, Now + 100);
        Assert.Equal(isTaken, decided is LeaseBound);
    }

    [Fact]
    public void The_same_device_keeps_its_location_its_relay_and_its_client_identifier()
    {
        var known = Bound(Grant with { ClientIdentifier = ModemId });
        var binding = Reported(known, Report with { LastTransactionSeconds = 0, RelayAgentInformation = default })!;
        Assert.Equal((Rai, Relay, ModemId), (binding.RelayAgentInformation, binding.Relay, binding.ClientIdentifier));
    }

    [Fact]
    public void The_reported_location_replaces_the_known_one_N5()
    {
        var report = Report with { LastTransactionSeconds = 0, RelayAgentInformation = OtherRai };
        Assert.Equal(OtherRai, Reported(Bound(), report)!.RelayAgentInformation);
    }

    [Theory] // the lease ran out here, and was renewed unseen with a server that does not know where the device went since
    [InlineData(2 * Hour, false)]
    [InlineData(60u, true)]
    public void A_location_of_before_the_one_that_was_gleaned_does_not_replace_it_N5_N34(uint lastTransactionAgo, bool isNewer)
    {
        var report = Report with { LastTransactionSeconds = lastTransactionAgo, RelayAgentInformation = OtherRai };
        var binding = Reported(Bound(), report, Now + Hour + 100)!;
        Assert.Equal(isNewer ? OtherRai : Rai, binding.RelayAgentInformation);
        Assert.Equal(isNewer ? Now + Hour + 40 : Now, binding.LastTransactionAt);
    }

    [Fact]
    public void A_clock_that_was_set_back_makes_nothing_newer_that_was_gleaned_before()
    {
        var known = Bound() with { State = BindingState.Expired };
        var binding = Reported(known, Report with { LastTransactionSeconds = 0, RelayAgentInformation = OtherRai }, Now - Hour)!;
        Assert.Equal((OtherRai, Now - Hour), (binding.RelayAgentInformation, binding.LastTransactionAt));
    }

    [Fact] // N36
    public void The_same_device_keeps_its_options_where_the_report_brings_none()
    {
        var known = Bound(Grant with { Options = Octets("0104ffffff00") });
        Assert.Equal(known.Options, Reported(known, Report, Now + Hour)!.Options);
        Assert.True(Reported(known, Report with { Device = Stranger }, Now + Hour)!.Options.IsEmpty);
    }

    public static TheoryData<string, LeaseReported> OfAnotherDevice => new()
    {
        { "hardware address", Report with { Device = Stranger } },
        { "client identifier, though the hardware address is the same", Report with { ClientIdentifier = StrangerId } },
        { "no hardware address", Report with { Device = default } },
    };

    [Theory]
    [MemberData(nameof(OfAnotherDevice), DisableDiscoveryEnumeration = true)]
    public void Another_device_never_inherits(string differsIn, LeaseReported report)
    {
        var known = Bound(Grant with { ClientIdentifier = ModemId });
        var binding = Reported(known, report with { LastTransactionSeconds = 0, RelayAgentInformation = default })!;
        Assert.True(binding.RelayAgentInformation.IsEmpty && binding.Relay.IsUnspecified, differsIn);
        Assert.Equal(report.ClientIdentifier, binding.ClientIdentifier);
    }

    public static TheoryData<string, LeaseReported, bool> Repetitions => new() // of Grant, at Now + 100: 3500 s are left of it
    {
        { "the same", Report with { RemainingSeconds = 3500 }, false },
        { "rounded otherwise", Report with { RemainingSeconds = 3500 + BindingRules.CopySeconds }, false },
        { "rounded otherwise", Report with { RemainingSeconds = 3500 - BindingRules.CopySeconds }, false },
        { "no location said", Report with { RemainingSeconds = 3500, RelayAgentInformation = default }, false },
        { "no T1, no T2", Report with { RemainingSeconds = 3500, RenewalSeconds = null, RebindingSeconds = null }, false },
        { "renewed", Report with { RemainingSeconds = 3500 + BindingRules.CopySeconds + 1 }, true },
        { "shortened", Report with { RemainingSeconds = 3500 - BindingRules.CopySeconds - 1 }, true },
        { "moved", Report with { RemainingSeconds = 3500, RelayAgentInformation = OtherRai }, true },
        { "other options", Report with { RemainingSeconds = 3500, Options = Octets("0104ffffff00") }, true },
        { "a client identifier", Report with { RemainingSeconds = 3500, ClientIdentifier = ModemId }, true },
        { "another device", Report with { RemainingSeconds = 3500, Device = Stranger }, true },
    };

    [Theory]
    [MemberData(nameof(Repetitions), DisableDiscoveryEnumeration = true)]
    public void A_report_is_an_event_only_when_it_brings_news(string what, LeaseReported report, bool isNews) =>
        Assert.True(isNews == Decided(report with { LastTransactionSeconds = 100 }) is LeaseBound, what);

    [Fact] // the end may be near, but a lease that runs is news to who thought it over
    public void A_lease_that_ran_out_here_and_still_runs_at_the_server_is_news() =>
        Assert.True(Reported(Bound(), Report with { RemainingSeconds = 5 }, Now + Hour + 1)!.IsLeasedAt(Now + Hour + 1));

    [Theory] // N42; known lease, at Now: its seconds; asked later
    [InlineData(3600u, 60u, Now + 60)] // runs here: it is over from now on
    [InlineData(3600u, 3600u, Now + 3600)]
    [InlineData(60u, 3600u, Now + 60)] // ran out before: it ended then
    [InlineData(uint.MaxValue, 60u, Now + 60)]
    public void No_lease_ends_what_is_known_and_keeps_the_most_recent_device_N31(uint lease, uint later, uint ended)
    {
        var bound = Bound(Grant with { LeaseSeconds = lease, ClientIdentifier = ModemId });
        var happened = Assert.IsType<LeaseEnded>(BindingRules.Decide(bound, NoLease, Now + later));
        Assert.Equal(
            bound with { State = BindingState.Expired, ExpiresAt = ended, RenewsAt = 0, RebindsAt = 0 }, happened.Binding);
        Assert.False(happened.Binding.IsLeasedAt(Now + later));
        Assert.Null(BindingRules.Decide(happened.Binding, NoLease, Now + later));
    }

    [Theory]
    [InlineData(-1, false)] // a clock that was set back a little
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void A_lease_gleaned_this_moment_is_newer_than_an_answer_to_an_older_question(int later, bool ends) =>
        Assert.Equal(ends, BindingRules.Decide(Bound(), NoLease, (uint)(Now + later)) is LeaseEnded);

    [Fact]
    public void Where_no_lease_is_known_no_lease_is_no_news()
    {
        Assert.Null(BindingRules.Decide(null, NoLease, Now));
        foreach (var state in new[] { BindingState.Released, BindingState.Declined, BindingState.Expired })
            Assert.Null(BindingRules.Decide(Bound() with { State = state }, NoLease, Now + 60));
    }

    [Fact]
    public void A_remaining_time_of_0_is_no_lease()
    {
        Assert.Equal(BindingState.Expired, After((Grant, Now), (Former, Now + 60))!.State);
        Assert.Null(BindingRules.Decide(Bound(), Former, Now)); // gleaned this moment
    }

    [Fact]
    public void Where_nobody_is_known_the_device_of_the_last_lease_is_kept_N31_N34()
    {
        var happened = Assert.IsType<LeaseEnded>(BindingRules.Decide(null, Former with { ClientIdentifier = ModemId }, Now));
        Assert.Equal(
            new Binding(Address, BindingState.Expired, Modem, ModemId, 0x9999, Now - 1800, Now, 0, 0, default, OtherServer, Rai,
                default),
            happened.Binding);
        Assert.Equal(LeasequeryOutcome.Unleased, happened.Binding.OutcomeAt(Now));
        var again = Former with { LastTransactionSeconds = 1800 + 60 };
        Assert.Null(BindingRules.Decide(happened.Binding, again, Now + 60));
    }

    [Theory] // at Now + 100; known: a lease of Now that ends by this, or the word of a server that did not say when
    [InlineData(true, 50u, true)]
    [InlineData(true, 98u, false)] // both count whole seconds
    [InlineData(true, 1800u, false)]
    [InlineData(true, null, false)] // who says when is believed before who does not
    [InlineData(false, 1800u, true)]
    [InlineData(false, null, true)] // of two that do not know the later word counts
    public void The_last_lease_is_that_of_the_most_recent_transaction_N31(bool isGleaned, uint? ago, bool isTaken)
    {
        var known = isGleaned ? Bound() : After((Former with { LastTransactionSeconds = null }, Now));
        var last = Told(known!, Former with { Device = Stranger, LastTransactionSeconds = ago }, Now + 100);
        Assert.Equal((BindingState.Expired, isTaken ? Stranger : Modem), (last.State, last.Device));
    }

    [Fact]
    public void The_device_of_the_last_lease_keeps_what_is_known_of_it_N5_N34()
    {
        var later = Former with { LastTransactionSeconds = 10, RelayAgentInformation = default };
        var last = Told(Bound(Grant with { ClientIdentifier = ModemId }), later, Now + 100);
        Assert.Equal((ModemId, Rai, Relay, Now + 90),
            (last.ClientIdentifier, last.RelayAgentInformation, last.Relay, last.LastTransactionAt));
        Assert.Equal(OtherRai, Told(last, later with { RelayAgentInformation = OtherRai }, Now + 200).RelayAgentInformation);
    }

    [Fact] // the server missed the release; it tells of the lease before
    public void A_device_that_gave_its_lease_up_is_the_last_for_servers_that_heard_of_none_since()
    {
        var given = After((Grant, Now), (new LeaseGivenUp(Address, Modem, null, 1, BindingState.Released), Now + 90))!;
        foreach (var ago in (uint?[])[null, 100])
            Assert.Null(BindingRules.Decide(given, Former with { Device = Stranger, LastTransactionSeconds = ago }, Now + 100));
        Assert.Equal(Stranger, Told(given, Former with { Device = Stranger, LastTransactionSeconds = 0 }, Now + 100).Device);
    }

    [Fact]
    public void A_lease_gleaned_after_the_end_binds_again() =>
        Assert.Equal(BindingState.Leased, After((Grant, Now), (NoLease, Now + 60), (Grant, Now + 61))!.State);

    [Fact] // N24, N28: who is there is told and kept; a time is not made up
    public void A_device_without_a_lease_is_told_without_a_time_for_as_long_as_it_is_believed()
    {
        var happened = Assert.IsType<DeviceConfigured>(BindingRules.Decide(null, Configured, Now));
        Assert.Equal(
            new Binding(Address, BindingState.Configured, Modem, null, 0x9999, Now - 1800, Now + 300, 0, 0, default, OtherServer,
                Rai, default),
            happened.Binding);
        Assert.False(happened.Binding.IsLeasedAt(Now));
        foreach (var (later, outcome) in ((uint, LeasequeryOutcome)[])
            [(299, LeasequeryOutcome.Configured), (300, LeasequeryOutcome.Unleased)])
        {
            var answer = Answering.Answer(happened.Binding, Now + later);
            Assert.Equal((outcome, Modem), (answer.Outcome, answer.Device));
        }

        Assert.Equal(0u, Answering.Answer(happened.Binding, Now).ExpiresAt);
    }

    [Fact]
    public void A_device_without_a_lease_has_no_T1_and_no_T2_whatever_the_server_says_N30()
    {
        var binding = Reported(null, Configured with { RenewalSeconds = 60, RebindingSeconds = 120 })!;
        Assert.Equal((0u, 0u), (binding.RenewsAt, binding.RebindsAt));
    }

    [Fact]
    public void A_lease_that_runs_says_more_than_a_word_without_one()
    {
        Assert.Null(Decided(Configured with { LastTransactionSeconds = 0 }));
        Assert.Equal(BindingState.Leased, After((Configured, Now), (Report, Now + 1))!.State);
        Assert.Equal(BindingState.Leased, After((Configured, Now), (Grant, Now + 1))!.State);
    }

    [Fact]
    public void A_device_without_a_lease_keeps_its_location_and_is_over_when_a_server_or_it_says_so()
    {
        var later = Now + 2 * Hour;
        var unlocated = Configured with { RelayAgentInformation = default, LastTransactionSeconds = 0 };
        var known = After((Grant, Now), (unlocated, later))!;
        Assert.Equal((BindingState.Configured, Rai, Relay), (known.State, known.RelayAgentInformation, known.Relay));
        Assert.Null(BindingRules.Decide(known, Configured, later + 1)); // the same again
        Assert.IsType<DeviceConfigured>(BindingRules.Decide(known, Configured, later + 300));
        Assert.IsType<LeaseEnded>(BindingRules.Decide(known, NoLease, later + 60));
        Assert.IsType<LeaseEnded>(
            BindingRules.Decide(known, new LeaseGivenUp(Address, Modem, null, 1, BindingState.Released), later + 60));
    }

    private static BindingEvent? Decided(LeaseReported report) => BindingRules.Decide(Bound(), report, Now + 100);

    private static Binding Told(Binding known, LeaseReported report, uint now) => Reported(known, report, now) ?? known;

    private static Binding? Reported(Binding? known, LeaseReported report, uint now = Now) =>
        BindingRules.Decide(known, report, now) is { } happened ? BindingRules.Apply(known, happened) : null;
}
