using Leasequery.Actors.Addresses;
using Leasequery.Actors.Delivery;
using Leasequery.Actors.Forwarding;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Tests.Forwarding;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Serialization;

/// <summary>Samples of everything that is serialized: one with all parts, and one with none.</summary>
internal static class Messages
{
    private static readonly Binding Bare =
        new(Subscriber, BindingState.Declined, default, null, 0, 0, 0, 0, 0, default, default, default, default);

    private static readonly Binding Longest = Bound with
    {
        ClientIdentifier = Client(Octets(ClientIdentifier.MaxLength).ToString()),
        Options = Octets(Gleaning.MaxKeptOptions),
        RelayAgentInformation = Octets(Gleaning.MaxRelayAgentInformation),
    };

    private static readonly AddressProtocol.Locate Question = new(
        new LeasequeryRequest(Subscriber, Relay, 0xdeadbeef, 0x8000, (DhcpMessageType)200, true, OptionSet.Read([1, 51, 82, 255]),
            true),
        LeasequeryDialect.Draft4, Endpoint("10.9.0.1:1067"), Endpoint("192.0.2.7"), long.MaxValue);

    private static readonly AddressProtocol.Locate BareQuestion =
        new(new LeasequeryRequest(Subscriber, Relay, 0, 0, DhcpMessageType.LeaseQuery, false, default, false), default, default,
            default, 0);

    public static readonly object[] All =
    [
        new LeaseBound(Bound), new LeaseBound(Longest),
        new LeaseEnded(Bound with { State = BindingState.Released }), new LeaseEnded(Bare),
        Question, BareQuestion,
        new AddressProtocol.Located(Question, Longest), new AddressProtocol.Located(BareQuestion, null),
        new AddressProtocol.Glean(Grant with { RenewalSeconds = 5, RebindingSeconds = uint.MaxValue }, -1),
        new AddressProtocol.Glean(
            new LeaseGranted(Subscriber, default, ModemId, 1, 2, null, null, default, default, default, default), 3),
        new AddressProtocol.Glean(new LeaseGivenUp(Subscriber, Modem, null, 5, BindingState.Declined), 6),
        new AddressProtocol.Gleaned(Subscriber, 42, GleanResult.NotStored),
        new AddressProtocol.StayAwake(Subscriber, 7),
        Batches.Questions(long.MinValue, Batches.Question, Batches.BareQuestion), Batches.Questions(0),
        Batches.Answers(7, (Batches.Question, Longest), (Batches.BareQuestion, null)), Batches.Answers(0),
        new LookUpProtocol.Moved(4095),
        Batches.Observations(long.MinValue, Grant, Grant with { RenewalSeconds = 5, RebindingSeconds = uint.MaxValue },
            new LeaseGivenUp(Subscriber, Modem, null, 5, BindingState.Declined)),
        Batches.Observations(0),
        DeliveryProtocol.Taken.Instance,
        Batches.Results(7, (Subscriber, GleanResult.NotStored), (Relay, GleanResult.Stored)), Batches.Results(0),
        new ShardProtocol.Open(4095),
        new ShardProtocol.Opened(7, true, ""), new ShardProtocol.Opened(7, false, "disk gone: größer"),
        new RollCallProtocol.Call(Endpoint("127.0.1.9:7450"), int.MinValue, long.MaxValue),
        new RollCallProtocol.Present(Endpoint("127.0.1.9:7450"), long.MinValue, true, false, true),
        new RollCallProtocol.Present(default, 0, false, true, false),
    ];

    /// <summary>Every type that crosses nodes or goes into the store, found by what it implements.</summary>
    public static IEnumerable<Type> Types =>
        typeof(AddressProtocol).Assembly.GetTypes().Concat(typeof(BindingEvent).Assembly.GetTypes())
            .Where(type => type is { IsAbstract: false, IsInterface: false }
                && (type.IsAssignableTo(typeof(IAddressMessage)) || type.IsAssignableTo(typeof(IShardMessage))
                    || type.IsAssignableTo(typeof(ILookUpMessage)) || type.IsAssignableTo(typeof(IDeliveryMessage))
                    || type.IsAssignableTo(typeof(IRollCallMessage)) || type.IsAssignableTo(typeof(BindingEvent))));
}
