using Leasequery.Domain.Bindings;
using Leasequery.Wire;
using static Leasequery.Domain.Tests.Support.Some;

namespace Leasequery.Domain.Tests.Bindings;

public class BindingRulesTests
{
    [Fact]
    public void An_ack_binds_the_device_with_its_lease_and_its_location_N5()
    {
        var happened = BindingRules.Decide(
            null, Grant with { ClientIdentifier = ModemId, Options = Octets("0104ffffff00") }, Now);

        Assert.Equal(
            new Binding(Address, BindingState.Leased, Modem, ModemId, 0x1234, Now, Now + 3600, Now + 1800, Now + 3150,
                Relay, Server, Rai, Octets("0104ffffff00")),
            Assert.IsType<LeaseBound>(happened).Binding);
    }

    [Theory] // RFC 2131 section 4.4.5: T1 is 0.5 of the lease and T2 is 0.875, unless the server says otherwise
    [InlineData(3600u, null, null, 1800u, 3150u)]
    [InlineData(3600u, 60u, null, 60u, 3150u)]
    [InlineData(3600u, null, 3000u, 1800u, 3000u)]
    [InlineData(3600u, 60u, 120u, 60u, 120u)]
    [InlineData(1u, null, null, 0u, 1u)]
    [InlineData(7u, null, null, 3u, 7u)]
    [InlineData(3600u, 7200u, 9000u, 3600u, 3600u)] // set behind the end of the lease: not longer than it
    public void T1_and_T2_are_the_servers_or_the_defaults(uint lease, uint? t1, uint? t2, uint renewsIn, uint rebindsIn)
    {
        var binding = Bound(Grant with { LeaseSeconds = lease, RenewalSeconds = t1, RebindingSeconds = t2 });
        Assert.Equal((Now + lease, Now + renewsIn, Now + rebindsIn), (binding.ExpiresAt, binding.RenewsAt, binding.RebindsAt));
    }

    [Theory] // RFC 2131 section 3.3; PROTOCOL "where the draft is silent": no 58, no 59
    [InlineData(null, null)]
    [InlineData(60u, 120u)]
    public void An_infinite_lease_never_ends_and_has_neither_T1_nor_T2(uint? t1, uint? t2)
    {
        var binding = Bound(Grant with { LeaseSeconds = uint.MaxValue, RenewalSeconds = t1, RebindingSeconds = t2 });
        Assert.Equal((Binding.Never, 0u, 0u), (binding.ExpiresAt, binding.RenewsAt, binding.RebindsAt));
        Assert.True(binding.IsLeasedAt(uint.MaxValue - 1));
    }

    [Theory]
    [InlineData(uint.MaxValue - 10, 3600u)]
    [InlineData(Now, uint.MaxValue - 1)]
    [InlineData(uint.MaxValue - 1, uint.MaxValue - 1)]
    public void An_end_behind_the_last_second_is_the_last_second_and_not_never(uint now, uint lease)
    {
        var grant = Grant with { LeaseSeconds = lease, RenewalSeconds = lease, RebindingSeconds = lease };
        var binding = After((grant, now))!;
        Assert.Equal((Binding.Never - 1, Binding.Never - 1, Binding.Never - 1),
            (binding.ExpiresAt, binding.RenewsAt, binding.RebindsAt));
    }

    [Theory]
    [InlineData(0u, true)]
    [InlineData(3599u, true)]
    [InlineData(3600u, false)] // a remaining time of 0 is no lease
    [InlineData(3601u, false)]
    public void A_lease_runs_until_its_end(uint later, bool isLeased) =>
        Assert.Equal(isLeased, Bound().IsLeasedAt(Now + later));

    [Fact]
    public void A_renewal_moves_the_end_and_the_last_transaction()
    {
        var binding = After((Grant, Now), (Grant with { TransactionId = 0x5678 }, Now + 1800))!;
        Assert.Equal((Now + 1800, Now + 5400, 0x5678u), (binding.LastTransactionAt, binding.ExpiresAt, binding.TransactionId));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(BindingRules.CopySeconds)]
    public void The_same_message_again_within_moments_is_no_event(uint later) =>
        Assert.Null(BindingRules.Decide(Bound(), Grant, Now + later));

    [Theory] // seen so many seconds before the last transaction
    [InlineData(2, true)]
    [InlineData(1, false)] // seconds are cut off
    [InlineData(0, false)]
    [InlineData(-2, false)]
    public void What_was_seen_before_the_last_transaction_is_overtaken(int before, bool isOvertaken)
    {
        Assert.Equal(isOvertaken, BindingRules.IsOvertaken(Bound(), (uint)(Now - before)));
        Assert.False(BindingRules.IsOvertaken(null, (uint)(Now - before)));
    }

    public static TheoryData<string, LeaseGranted> NotACopy => new()
    {
        { "another transaction", Grant with { TransactionId = 0x5678 } },
        { "another device", Grant with { Device = Stranger } },
        { "another client identifier", Grant with { ClientIdentifier = StrangerId } },
        { "another location", Grant with { RelayAgentInformation = OtherRai } },
        { "another relay", Grant with { Relay = Server } },
        { "another server", Grant with { Server = Relay } },
        { "other options", Grant with { Options = Octets("0104ffffff00") } },
        { "a longer lease", Grant with { LeaseSeconds = Hour + BindingRules.CopySeconds + 1 } },
        { "a shorter lease", Grant with { LeaseSeconds = Hour - 1 } },
        { "an infinite lease", Grant with { LeaseSeconds = uint.MaxValue } },
    };

    [Theory]
    [MemberData(nameof(NotACopy), DisableDiscoveryEnumeration = true)]
    public void A_message_that_brings_news_is_an_event_however_soon_it_comes(string news, LeaseGranted grant)
    {
        var binding = Bound(Grant with { ClientIdentifier = ModemId });
        grant = grant.ClientIdentifier is null ? grant with { ClientIdentifier = ModemId } : grant;
        Assert.True(BindingRules.Decide(binding, grant, Now) is LeaseBound, news);
    }

    [Fact] // real servers answer each REQUEST of one client with one xid: see the captures
    public void The_same_transaction_after_moments_is_a_renewal() =>
        Assert.IsType<LeaseBound>(BindingRules.Decide(Bound(), Grant, Now + BindingRules.CopySeconds + 1));

    [Fact] // RFC 3046 section 2.1: the relay takes option 82 out before it passes the message on, and may clear giaddr
    public void A_copy_seen_behind_the_relay_is_no_event() =>
        Assert.Null(BindingRules.Decide(Bound(), Grant with { Relay = default, RelayAgentInformation = default }, Now + 1));

    [Fact]
    public void A_copy_of_the_same_lease_after_its_release_binds_again()
    {
        var binding = After((Grant, Now), (GivenUp(Modem), Now + 1));
        Assert.IsType<LeaseBound>(BindingRules.Decide(binding, Grant, Now + 2));
    }

    public static TheoryData<string, LeaseGranted> OfTheSameDevice => new()
    {
        { "both without client identifier", Grant },
        { "client identifier only before", Grant with { ClientIdentifier = null } },
        { "client identifier both times", Grant with { ClientIdentifier = ModemId } },
        { "client identifier, hardware replaced (RFC 4361)", Grant with { ClientIdentifier = ModemId, Device = Stranger } },
    };

    [Theory]
    [MemberData(nameof(OfTheSameDevice), DisableDiscoveryEnumeration = true)]
    public void A_unicast_renewal_without_option_82_keeps_where_the_same_device_is(string how, LeaseGranted renewal)
    {
        var binding = After(
            (Grant with { ClientIdentifier = ModemId }, Now),
            (renewal with { TransactionId = 0x5678, Relay = default, RelayAgentInformation = default }, Now + 1800))!;
        Assert.True(binding.RelayAgentInformation == Rai && binding.Relay == Relay, how);
        Assert.Equal(ModemId, binding.ClientIdentifier);
    }

    [Fact]
    public void The_same_device_keeps_its_location_over_a_lease_that_ran_out() =>
        Assert.Equal(Rai, After((Grant, Now), (Unlocated(Grant), Now + 10 * Hour))!.RelayAgentInformation);

    [Fact]
    public void The_same_device_keeps_its_location_over_its_own_release() =>
        Assert.Equal(Rai, After((Grant, Now), (GivenUp(Modem), Now + 1), (Unlocated(Grant), Now + 2))!.RelayAgentInformation);

    [Fact]
    public void The_most_recent_location_replaces_the_older_one_N5_N34() =>
        Assert.Equal(OtherRai,
            After((Grant, Now), (Grant with { RelayAgentInformation = OtherRai }, Now + 60))!.RelayAgentInformation);

    public static TheoryData<string, LeaseGranted> OfAnotherDevice => new()
    {
        { "hardware address", Grant with { Device = Stranger } },
        { "client identifier, though the hardware address is the same", Grant with { ClientIdentifier = StrangerId } },
        { "both", Grant with { Device = Stranger, ClientIdentifier = StrangerId } },
        { "type of hardware", Grant with { Device = OfType(6, Modem) } },
        { "no hardware address, only a client identifier", Grant with { Device = default, ClientIdentifier = StrangerId } },
    };

    [Theory]
    [MemberData(nameof(OfAnotherDevice), DisableDiscoveryEnumeration = true)]
    public void Another_device_never_inherits_location_relay_or_client_identifier(string differsIn, LeaseGranted grant)
    {
        var binding = After((Grant with { ClientIdentifier = ModemId }, Now), (Unlocated(grant), Now + 2 * Hour))!;
        Assert.Equal(grant.Device, binding.Device);
        Assert.Equal(grant.ClientIdentifier, binding.ClientIdentifier);
        Assert.True(binding.RelayAgentInformation.IsEmpty && binding.Relay.IsUnspecified, differsIn);
    }

    [Fact]
    public void Two_devices_without_hardware_address_are_not_the_same()
    {
        var first = Grant with { Device = default, ClientIdentifier = ModemId };
        var binding = After((first, Now), (Unlocated(first) with { ClientIdentifier = StrangerId }, Now + 60))!;
        Assert.True(binding.RelayAgentInformation.IsEmpty);
    }

    // The holder's own messages, and others'. RFC 2131 section 4.2: the client identifier is the identity where there is one.
    public static TheoryData<string, string?, string, string?, bool> Holders => new()
    {
        { "modem", null, "modem", null, true },
        { "modem", null, "stranger", null, false },
        { "modem", "modem", "modem", "modem", true },
        { "modem", "modem", "stranger", "modem", true },
        { "modem", "modem", "modem", "stranger", false },
        { "modem", "modem", "modem", null, true },
        { "modem", "modem", "stranger", null, false },
        { "modem", null, "modem", "modem", true },
        { "modem", null, "stranger", "modem", false },
        { "none", "modem", "none", "modem", true },
        { "none", "modem", "none", null, false },
        { "none", "modem", "modem", "modem", true },
    };

    [Theory]
    [MemberData(nameof(Holders))]
    public void Only_the_holder_releases_or_declines(
        string device, string? client, string sender, string? senderId, bool isHolder)
    {
        var binding = Bound(Grant with { Device = Named(device), ClientIdentifier = NamedId(client) });
        foreach (var state in new[] { BindingState.Released, BindingState.Declined })
        {
            var givenUp = new LeaseGivenUp(Address, Named(sender), NamedId(senderId), 0x9999, state);
            var happened = BindingRules.Decide(binding, givenUp, Now + 60);
            Assert.Equal(isHolder, happened is LeaseEnded { Binding.State: var ended } && ended == state);
            Assert.Equal(isHolder, happened is not null);
        }
    }

    [Theory]
    [InlineData(BindingState.Released)]
    [InlineData(BindingState.Declined)]
    public void After_the_end_the_most_recent_device_and_its_location_are_remembered_N31(BindingState state)
    {
        var bound = Bound(Grant with { ClientIdentifier = ModemId, Options = Octets("0104ffffff00") });
        var ended = Assert.IsType<LeaseEnded>(
            BindingRules.Decide(bound, new LeaseGivenUp(Address, Modem, ModemId, 0x9999, state), Now + 60)).Binding;

        Assert.False(ended.IsLeasedAt(Now + 60));
        Assert.Equal(
            bound with
            {
                State = state,
                TransactionId = 0x9999,
                LastTransactionAt = Now + 60,
                ExpiresAt = Now + 60,
                RenewsAt = 0,
                RebindsAt = 0,
            },
            ended);
    }

    [Fact]
    public void An_infinite_lease_ends_with_its_release()
    {
        var ended = After((Grant with { LeaseSeconds = uint.MaxValue }, Now), (GivenUp(Modem), Now + 60))!;
        Assert.Equal((BindingState.Released, Now + 60), (ended.State, ended.ExpiresAt));
    }

    [Fact]
    public void Where_no_lease_is_known_there_is_nothing_to_give_up()
    {
        Assert.Null(BindingRules.Decide(null, GivenUp(Modem), Now));
        Assert.Null(BindingRules.Decide(After((Grant, Now), (GivenUp(Modem), Now + 1)), GivenUp(Modem), Now + 2));
        var expired = After((Grant, Now), (new NoLeaseReported(Address, Server), Now + 99));
        Assert.Null(BindingRules.Decide(expired, GivenUp(Modem), Now + 100));
    }

    [Fact] // N7: its renewals went from host to server, unseen. What it gave up no server's older word brings back
    public void A_lease_whose_end_has_passed_is_given_up_all_the_same()
    {
        var ended = After((Grant, Now), (GivenUp(Modem), Now + 3 * Hour))!;
        Assert.Equal((BindingState.Released, Now + Hour, Now + 3 * Hour),
            (ended.State, ended.ExpiresAt, ended.LastTransactionAt));
        var before = new LeaseReported(Address, Modem, null, 1, Hour, null, null, 60, Server, Rai, default);
        Assert.Null(BindingRules.Decide(ended, before, Now + 3 * Hour + 10));
    }

    private static LeaseGranted Unlocated(LeaseGranted grant) => grant with
    {
        TransactionId = 0x5678,
        Relay = default,
        RelayAgentInformation = default,
    };

    private static LeaseGivenUp GivenUp(HardwareAddress device) => new(Address, device, null, 0x9999, BindingState.Released);

    private static HardwareAddress Named(string name) => name switch { "modem" => Modem, "stranger" => Stranger, _ => default };

    private static ClientIdentifier? NamedId(string? name) =>
        name switch { "modem" => ModemId, "stranger" => StrangerId, _ => null };

    private static HardwareAddress OfType(byte type, HardwareAddress device)
    {
        Span<byte> chaddr = stackalloc byte[HardwareAddress.MaxLength];
        device.WriteField(chaddr);
        HardwareAddress.TryCreate(type, chaddr[..device.Length], out var result);
        return result;
    }
}
