using Leasequery.Actors.Addresses;
using Leasequery.Actors.Delivery;
using Leasequery.Actors.Forwarding;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Tests.Delivery;
using Leasequery.Actors.Tests.Forwarding;
using Leasequery.Actors.Upstream;
using Leasequery.Domain.Bindings;
using Leasequery.Domain.Upstream;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Serialization;

/// <summary>A message, and the bytes that its version has for ever.</summary>
/// <param name="Manifest">The manifest that they go by.</param>
/// <param name="Message">The message.</param>
/// <param name="Layout">The bytes in hex, field by field.</param>
internal sealed record Golden(string Manifest, object Message, string Layout)
{
    public byte[] Bytes => Convert.FromHexString(string.Concat(Layout.Where(char.IsAsciiHexDigit)));
}

/// <summary>
/// The bytes of every manifest. Nodes of two versions run side by side, and rows lie in databases for ever, so what stands here
/// never changes: what is to be written in another way gets a manifest of its own.
/// </summary>
internal static class Goldens
{
    private const long SomeTime = 0x1122334455667788;

    // How the device of the tests, its option 82 and its subnet mask are written where lengths have two bytes.
    private const string Device = "01 0600 000a2800fa42 0500 ff000a2800";
    private const string Kept = "0e00 0104000204430206c40415bda862 0600 0104ffffff00";

    private const string ServerName = "192.0.2.1:67";
    private const string ServerNameBytes = "0c 3139322e302e322e313a3637";
    private const string AskerBytes = "1c 616b6b613a2f2f6c6561736571756572792f757365722f61736b6572";

    private const string Locate1 =
        "0302010a 0100090a efbeadde 0080 c8 01 0400 013352ff 01 02 0100090a 2b04 070200c0 4300 8877665544332211";

    private static readonly AddressProtocol.Locate Question = new(
        new LeasequeryRequest(Subscriber, Relay, 0xdeadbeef, 0x8000, (DhcpMessageType)200, true, OptionSet.Read([1, 51, 82, 255]),
            true),
        LeasequeryDialect.Draft4, Endpoint("10.9.0.1:1067"), Endpoint("192.0.2.7"), SomeTime);

    /// <summary>Each manifest at least once.</summary>
    public static readonly Golden[] All =
    [
        new("bound-1", new LeaseBound(Bound), BindingCodecTests.Version1),
        new("ended-1", new LeaseEnded(Bound), BindingCodecTests.Version1),
        new("configured-1", new DeviceConfigured(Bound), BindingCodecTests.Version1),
        new("locate-1", Question, Locate1),
        new("located-1", new AddressProtocol.Located(Question, Bound, Finding.LastKnown),
            $"{Locate1} 02 01 4700 {BindingCodecTests.Version1}"),
        new("located-1", new AddressProtocol.Located(Question, null, Finding.NotManaged), $"{Locate1} 01 00"),
        new("glean-1", new AddressProtocol.Glean(Grant with { RenewalSeconds = 1800 }, SomeTime),
            $"01 0302010a {Device} 34120000 100e0000 01 08070000 00 0100090a 010200c0 {Kept} 8877665544332211"),
        new("glean-1", new AddressProtocol.Glean(new LeaseGivenUp(Subscriber, Modem, ModemId, 0x1235, BindingState.Declined), -1),
            $"00 0302010a {Device} 35120000 03 ffffffffffffffff"),
        new("gleaned-1", new AddressProtocol.Gleaned(Subscriber, SomeTime, GleanResult.NotStored),
            "0302010a 8877665544332211 02"),
        new("open-shard-1", new ShardProtocol.Open(4095), "ff0f0000"),
        new("shard-opened-1", new ShardProtocol.Opened(7, true, "größer"), "07000000 01 08 6772c3b6c39f6572"),
        new("questions-1", Batches.Questions(42, Batches.Question, Batches.BareQuestion), BatchCodecTests.Questions1),
        new("answers-1", Batches.Answers(42, (Batches.BareQuestion, Bound), (Batches.BareQuestion, null)),
            BatchCodecTests.Answers1),
        new("moved-1", new LookUpProtocol.Moved(4095), "ff0f0000"),
        new("observations-1", Batches.Observations(42, ObservationCodecTests.Read1), ObservationCodecTests.Observations1),
        new("taken-1", DeliveryProtocol.Taken.Instance, ""),
        new("results-1",
            Batches.Results(42, (Subscriber, GleanResult.Stored), (Ipv4Address.Parse("10.1.2.4"), GleanResult.Unchanged),
                (Ipv4Address.Parse("10.1.2.5"), GleanResult.NotStored)),
            ObservationCodecTests.Results1),
        new("query-server-1", new ServerProtocol.Query(ServerName, Subscriber, Asker.Instance, 7),
            $"{ServerNameBytes} 0302010a {AskerBytes} 07000000"),
        new("server-result-1",
            new ServerProtocol.Result(ServerName, Subscriber, Asker.Instance, 7, ServerVerdict.Leased,
                new LeaseReported(Subscriber, Modem, ModemId, 0xdeadbeef, Hour, 1800, null, 42, Server, Rai, Bound.Options)),
            $"{ServerNameBytes} 0302010a {AskerBytes} 07000000 00 01 "
                + $"0302010a {Device} efbeadde 100e0000 01 08070000 00 01 2a000000 010200c0 {Kept}"),
        new("server-result-1",
            new ServerProtocol.Result(ServerName, Subscriber, Asker.Instance, 7, ServerVerdict.Configured,
                new LeaseReported(Subscriber, Modem, ModemId, 0xdeadbeef, Hour, 1800, null, 42, Server, Rai, Bound.Options)
                {
                    IsConfigured = true,
                }),
            $"{ServerNameBytes} 0302010a {AskerBytes} 07000000 05 01 "
                + $"0302010a {Device} efbeadde 100e0000 01 08070000 00 01 2a000000 010200c0 {Kept}"),
        new("server-result-1",
            new ServerProtocol.Result(ServerName, Subscriber, Asker.Instance, -1, ServerVerdict.Busy, null),
            $"{ServerNameBytes} 0302010a {AskerBytes} ffffffff 04 00"),
        new("server-replied-1",
            new ServerProtocol.Replied(ServerName,
                new ServerReply(0xdeadbeef, DhcpMessageType.LeaseActive, Subscriber, Modem, ModemId, Hour, 1800, null, 42, Server,
                    Rai, Bound.Options)),
            $"{ServerNameBytes} efbeadde 0d 0302010a {Device} 01 100e0000 01 08070000 00 01 2a000000 010200c0 {Kept}"),
        // The first words between two nodes, whatever their versions: by these they find each other.
        new("roll-call-1", new RollCallProtocol.Call(Endpoint("10.78.0.1:7450"), 0x01020304, SomeTime),
            "01004e0a 1a1d 04030201 8877665544332211"),
        new("present-1", new RollCallProtocol.Present(Endpoint("10.78.0.2:7450"), SomeTime, true, false, true),
            "02004e0a 1a1d 8877665544332211 01 00 01"),
        new("leaving-1", DepartureProtocol.Leaving.Instance, ""),
    ];
}
