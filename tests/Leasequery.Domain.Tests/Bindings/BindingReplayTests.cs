using CsCheck;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;
using static Leasequery.Domain.Tests.Support.Some;

namespace Leasequery.Domain.Tests.Bindings;

/// <summary>What holds for any history of observations, also one with a clock that jumps.</summary>
public class BindingReplayTests
{
    private static readonly Gen<HardwareAddress> Devices = Gen.OneOf<HardwareAddress>(Modem, Stranger, default);
    private static readonly Gen<ClientIdentifier?> Clients = Gen.OneOf<ClientIdentifier?>(null, ModemId, StrangerId);
    private static readonly Gen<OctetString> Locations = Gen.OneOf<OctetString>(default, Rai, OtherRai);
    private static readonly Gen<uint> Xids = Gen.UInt[1, 3];
    private static readonly Gen<uint> Leases = Gen.OneOf(Gen.UInt[1, 20], Gen.UInt[1, uint.MaxValue], Gen.Const(uint.MaxValue));
    private static readonly Gen<Ipv4Address> Relays = Gen.OneOf<Ipv4Address>(default, Relay);
    private static readonly Gen<uint> Times =
        Gen.OneOf(Gen.UInt[Now, Now + 60], Gen.UInt[Now, Now + 60], Gen.UInt[uint.MaxValue - 60, uint.MaxValue]);

    private static readonly Gen<Observation> Grants =
        Gen.Select(Devices, Clients, Xids, Leases, Locations, Relays, (device, client, xid, lease, location, relay) =>
            (Observation)(Grant with
            {
                Device = device,
                ClientIdentifier = device.IsNone ? client ?? ModemId : client, // gleaning lets nobody without a name pass
                TransactionId = xid,
                LeaseSeconds = lease,
                RelayAgentInformation = location,
                Relay = relay,
            }));

    private static readonly Gen<Observation> GivenUps =
        Gen.Select(Devices, Clients, Xids, Gen.OneOf(BindingState.Released, BindingState.Declined),
            (device, client, xid, state) => (Observation)new LeaseGivenUp(Address, device, client, xid, state));

    private static readonly Gen<uint> Rests = Gen.Frequency((3, Leases), (1, Gen.Const(0u))); // 0: of a lease that is over

    private static readonly Gen<Observation> Reports =
        Gen.Select(Devices, Clients, Rests, Locations, Gen.UInt[0, 60].Nullable(), (device, client, rest, location, last) =>
        {
            var named = device.IsNone ? client ?? ModemId : client;
            return (Observation)new LeaseReported(Address, device, named, 7, rest, null, null, last, Server, location, default);
        });

    private static readonly Gen<Observation> NoLeases = Gen.Const((Observation)new NoLeaseReported(Address, Server));

    private static readonly Gen<(Observation Observation, uint At)[]> Histories =
        Gen.Select(Gen.Frequency((3, Grants), (1, GivenUps), (2, Reports), (1, NoLeases)), Times).Array[0, 12];

    [Fact]
    public void Replaying_the_events_gives_the_same_state_and_the_newest_event_alone_does_too() => Histories.Sample(history =>
    {
        var (live, events) = Run(history);
        Assert.Equal(live, events.Aggregate((Binding?)null, BindingRules.Apply));
        Assert.Equal(live, events.Count == 0 ? null : BindingRules.Apply(null, events[^1]));
    });

    [Fact]
    public void Deciding_again_gives_the_same_events() => Histories.Sample(history =>
        Assert.Equal(Run(history).Events, Run(history).Events));

    [Fact]
    public void Every_observation_at_once_again_is_no_event() => Histories.Sample(history =>
    {
        Binding? binding = null;
        foreach (var (observation, at) in history)
        {
            binding = Step(binding, observation, at);
            Assert.Null(BindingRules.Decide(binding, observation, at));
        }
    });

    [Fact]
    public void A_location_belongs_to_the_device_that_is_bound() => Histories.Sample(history =>
    {
        Binding? binding = null;
        foreach (var (observation, at) in history)
        {
            var before = binding;
            binding = Step(binding, observation, at);
            OctetString? said = observation switch
            {
                LeaseGranted granted => granted.RelayAgentInformation,
                LeaseReported { RemainingSeconds: 0 } when !binding!.IsHeldBy(observation.Device, observation.ClientIdentifier)
                    => null, // it ended the lease of somebody who was there later
                LeaseReported reported => reported.RelayAgentInformation,
                _ => null,
            };
            if (said is not { } location || ReferenceEquals(before, binding))
                continue;
            var isSame = before is not null && before.IsHeldBy(observation.Device, observation.ClientIdentifier);
            var inherited = isSame ? before!.RelayAgentInformation : default;
            if (observation is LeaseReported && isSame) // the more recent of both
                Assert.Contains(binding!.RelayAgentInformation, (OctetString[])[location, inherited]);
            else
                Assert.Equal(location.IsEmpty ? inherited : location, binding!.RelayAgentInformation);
        }
    });

    [Fact]
    public void Ends_never_lie_before_their_beginning_and_only_an_infinite_lease_has_no_end() => Histories.Sample(history =>
    {
        foreach (var happened in Run(history).Events.OfType<LeaseBound>())
        {
            var binding = happened.Binding;
            var isInfinite = binding.ExpiresAt == Binding.Never;
            Assert.True(isInfinite || binding.ExpiresAt >= Math.Min(binding.LastTransactionAt, Binding.Never - 1));
            Assert.True(!isInfinite || binding is { RenewsAt: 0, RebindsAt: 0 });
            Assert.True(isInfinite || (binding.RenewsAt <= binding.RebindsAt && binding.RebindsAt <= binding.ExpiresAt));
        }
    });

    private static (Binding? State, List<BindingEvent> Events) Run((Observation Observation, uint At)[] history)
    {
        Binding? binding = null;
        var events = new List<BindingEvent>();
        foreach (var (observation, at) in history)
        {
            if (BindingRules.Decide(binding, observation, at) is not { } happened)
                continue;
            events.Add(happened);
            binding = BindingRules.Apply(binding, happened);
        }

        return (binding, events);
    }

    private static Binding? Step(Binding? binding, Observation observation, uint at) =>
        BindingRules.Decide(binding, observation, at) is { } happened ? BindingRules.Apply(binding, happened) : binding;
}
