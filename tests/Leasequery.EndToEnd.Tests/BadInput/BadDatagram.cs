using System.Net;
using Leasequery.EndToEnd.Tests.Peers.Packets;
using Leasequery.EndToEnd.Tests.Service;

namespace Leasequery.EndToEnd.Tests.BadInput;

/// <summary>A datagram that gets no answer, and the one reason that it is counted under.</summary>
/// <param name="Reason">The label of its counter.</param>
/// <param name="What">What is wrong with it.</param>
/// <param name="Bytes">It.</param>
/// <param name="From">Who sends it; 127.0.0.1 is the only one who may.</param>
public sealed record BadDatagram(string Reason, string What, byte[] Bytes, string From = "127.0.0.1")
{
    /// <summary>An address of the loopback that is in no configured prefix.</summary>
    public const string Stranger = "127.0.0.9";

    /// <summary>The configuration decides about it.</summary>
    public static readonly IPAddress StaticAddress = new Home(5).Address;

    static readonly Home Home = new(7);
    static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.1");

    /// <summary>The names for the report of the tests.</summary>
    public static IEnumerable<object[]> Names => All.Select(bad => new object[] { $"{bad.Reason}: {bad.What}" });

    /// <summary>All of them.</summary>
    public static IReadOnlyList<BadDatagram> All { get; } =
    [
        // No DHCP message.
        new("too-short", "an empty datagram", []),
        new("too-short", "one byte less than the fixed fields", Home.Query().ToBytes()[..239]),
        new("bad-op-code", "op 3", (Home.Query() with { OpCode = 3 }).ToBytes()),
        new("hardware-address-too-long", "hlen 17", Changed(Home.Query(), at: 2, to: 17)),
        new("no-magic-cookie", "plain BOOTP", Changed(Home.Query(), at: 236, to: 0)),
        new("option-overrun", "an option longer than the datagram", Changed(Home.Query(), at: 244, to: 255)),
        new("bad-overload", "option 52 says 4", Home.Query().With(52, 4).ToBytes()),
        new("no-message-type", "no option 53", Home.Query().Without(53).ToBytes()),
        new("no-message-type", "message type 0", Home.Query(0).ToBytes()),
        new("truncated", "a jumbo datagram", new byte[5000]),

        // From nobody we know, or about nothing that is ours.
        new("unknown-source", "a query of a stranger", Home.Query().ToBytes(), Stranger),
        new("unknown-source", "an ACK of a stranger", Home.Ack.ToBytes(), Stranger),
        new("unknown-relay", "a query with the giaddr of a stranger", (Home.Query() with { RelayAddress = Elsewhere }).ToBytes()),
        new("unknown-relay", "an ACK with the giaddr of a stranger", (Home.Ack with { RelayAddress = Elsewhere }).ToBytes()),
        new("outside-networks", "an ACK for an address that is not managed",
            (Home.Ack with { YourAddress = Elsewhere }).ToBytes()),
        new("static-address", "an ACK for an address that the configuration decides about",
            (Home.Ack with { YourAddress = StaticAddress }).ToBytes()),

        // Queries that cannot be answered.
        new("query-no-relay-address", "giaddr 0", (Home.Query() with { RelayAddress = IPAddress.Any }).ToBytes()),
        new("query-no-relay-address", "giaddr 0 in a draft's query",
            (Home.Query(HandMadeQuery.Draft) with { RelayAddress = IPAddress.Any }).ToBytes()),
        new("query-no-address", "ciaddr 0, by hardware address",
            (Home.Query() with { ClientAddress = IPAddress.Any, Hardware = Home.Ack.Hardware }).ToBytes()),
        new("query-no-address", "ciaddr 0 in a draft's query",
            (Home.Query(HandMadeQuery.Draft) with { ClientAddress = IPAddress.Any }).ToBytes()),
        new("query-several-keys", "ciaddr and chaddr", (Home.Query() with { Hardware = Home.Ack.Hardware }).ToBytes()),
        new("query-several-keys", "ciaddr and a client identifier", Home.Query().With(61, 1, 2, 3, 4).ToBytes()),
        new("unknown-message-type", "a request of type 99", Home.Query(99).ToBytes()),
        new("unsolicited-reply", "an ACTIVE that nobody asked for",
            (Home.Query(HandMadeQuery.Active) with { OpCode = 2 }).ToBytes()),

        // DHCP that says nothing of a binding.
        new("client-request", "a DISCOVER", Of(1, opCode: 1)),
        new("client-request", "a REQUEST", Of(3, opCode: 1)),
        new("client-request", "an INFORM", Of(8, opCode: 1)),
        new("offer", "an OFFER", Of(2, opCode: 2)),
        new("nak", "a NAK", Of(6, opCode: 2)),
        new("ack-to-inform", "an ACK without yiaddr", (Home.Ack with { YourAddress = IPAddress.Any }).ToBytes()),
        new("no-lease-time", "an ACK without option 51", Home.Ack.Without(51).ToBytes()),
        new("no-lease-time", "an ACK for no time", Home.Ack.Without(51).With(51, 0, 0, 0, 0).ToBytes()),
        new("no-address", "a RELEASE without ciaddr", (Home.Release with { ClientAddress = IPAddress.Any }).ToBytes()),
        new("no-address", "a DECLINE without option 50", (Home.Release.Without(53) with { ClientAddress = IPAddress.Any })
            .With(53, 4).ToBytes()),
        new("no-device", "an ACK to nobody", (Home.Ack.Without(61) with { Hardware = [] }).ToBytes()),
        new("relay-agent-information-too-long", "an option 82 of 1,275 bytes in five parts",
            LongRelayAgentInformation().ToBytes()),
        new("other-message", "a FORCERENEW", Of(9, opCode: 2)),
        new("other-message", "an ACK sent as a request", (Home.Ack with { OpCode = 1 }).ToBytes()),
    ];

    static byte[] Of(byte messageType, byte opCode) =>
        (Home.Ack.Without(53) with { OpCode = opCode }).With(53, messageType).ToBytes();

    static byte[] Changed(HandMadeDhcp message, int at, byte to)
    {
        var bytes = message.ToBytes();
        bytes[at] = to;
        return bytes;
    }

    static HandMadeDhcp LongRelayAgentInformation() =>
        Enumerable.Repeat(new byte[255], 5).Aggregate(Home.Ack.Without(82), (message, part) => message.With(82, part));
}
