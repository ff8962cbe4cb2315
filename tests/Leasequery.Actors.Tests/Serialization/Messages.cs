using Leasequery.Actors.Addresses;
using Leasequery.Actors.Delivery;
using Leasequery.Actors.Forwarding;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Tests.Forwarding;
using Leasequery.Actors.Upstream;
using Leasequery.Domain.Bindings;
using Leasequery.Domain.Upstream;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Serialization;

/// <summary>
/// Samples of everything that is serialized: those whose bytes are known, others with all parts and with none, and the largest.
/// </summary>
internal static class Messages
{
    private const string ServerName = "255.255.255.255:65535";

    private static readonly Binding Bare =
        new(Subscriber, BindingState.Declined, default, null, 0, 0, 0, 0, 0, default, default, default, default);

    public static readonly Binding Longest = Bound with
    {
        ClientIdentifier = Client(Octets(ClientIdentifier.MaxLength).ToString()),
        Options = Octets(Gleaning.MaxKeptOptions),
        RelayAgentInformation = Octets(Gleaning.MaxRelayAgentInformation),
    };

    private static readonly AddressProtocol.Locate BareQuestion =
        new(new LeasequeryRequest(Subscriber, Relay, 0, 0, DhcpMessageType.LeaseQuery, false, default, false), default, default,
            default, 0);

    public static readonly object[] All =
    [
        .. Goldens.All.Select(golden => golden.Message),
        new LeaseBound(Longest), new LeaseEnded(Bound with { State = BindingState.Released }), new LeaseEnded(Bare),
        new DeviceConfigured(Bound with { State = BindingState.Configured }),
        BareQuestion, new AddressProtocol.Located(BareQuestion, Longest), new AddressProtocol.Located(BareQuestion, null),
        new AddressProtocol.Glean(Grant with { RenewalSeconds = 5, RebindingSeconds = uint.MaxValue }, -1),
        new AddressProtocol.Glean(
            new LeaseGranted(Subscriber, default, ModemId, 1, 2, null, null, default, default, default, default), 3),
        new AddressProtocol.Glean(new LeaseGivenUp(Subscriber, Modem, null, 5, BindingState.Declined), 6),
        Batches.Questions(long.MinValue, Batches.Question, Batches.BareQuestion), Batches.Questions(0),
        Batches.Answers(7, (Batches.Question, Longest), (Batches.BareQuestion, null)), Batches.Answers(0),
        Batches.Observations(0), Batches.Results(0),
        new ShardProtocol.Opened(7, false, ""),
        .. Enum.GetValues<ServerVerdict>()
            .Select(verdict => new ServerProtocol.Result(ServerName, Subscriber, Asker.Instance, int.MinValue, verdict, null)),
        new ServerProtocol.Result(ServerName, Subscriber, Asker.Instance, -1, ServerVerdict.Leased,
            new LeaseReported(Subscriber, default, null, 0, 1, null, null, null, default, default, default)),
        new ServerProtocol.Replied(ServerName,
            new ServerReply(
                0, DhcpMessageType.Nak, Subscriber, default, null, null, null, null, null, default, default, default)),
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
                    || type.IsAssignableTo(typeof(IRollCallMessage)) || type.IsAssignableTo(typeof(IServerMessage))
                    || type.IsAssignableTo(typeof(IDepartureMessage))
                    || type.IsAssignableTo(typeof(BindingEvent))));
}
