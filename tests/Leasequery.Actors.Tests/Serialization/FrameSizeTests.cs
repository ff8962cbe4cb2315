using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Delivery;
using Leasequery.Actors.Forwarding;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Tests.Support;
using Leasequery.Actors.Upstream;
using Leasequery.Domain.Bindings;
using Leasequery.Domain.Upstream;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Serialization;

/// <summary>
/// What is larger than a frame does not go to another node: remoting logs it, and whoever waits for it waits in vain.
/// </summary>
public sealed class FrameSizeTests : SerializationSpec
{
    /// <summary>More than what is around a message: the paths of receiver and sender, the manifest, numbers.</summary>
    private const int Envelope = 2048;

    private const string ServerName = "255.255.255.255:65535";

    private static readonly HardwareAddress LongestDevice =
        HardwareAddress.TryCreate(255, Octets(HardwareAddress.MaxLength).Span, out var device) ? device : default;

    private static readonly Binding Longest = Messages.Longest with { Device = LongestDevice };

    private static readonly AddressProtocol.Locate Question = new(
        new LeasequeryRequest(Subscriber, Relay, 0, 0, DhcpMessageType.LeaseQuery, true,
            OptionSet.Read([.. Enumerable.Range(0, 256).Select(option => (byte)option)]), true),
        default, default, default, 0);

    private static readonly object[] LargestOfEachType =
    [
        Question,
        new AddressProtocol.Located(Question, Longest),
        new AddressProtocol.Glean(
            new LeaseGranted(Subscriber, LongestDevice, Longest.ClientIdentifier, 0, 0, 0, 0, Relay, Server,
                Longest.RelayAgentInformation, Longest.Options),
            0),
        new AddressProtocol.Gleaned(Subscriber, 0, default),
        new ShardProtocol.Open(0),
        new ShardProtocol.Opened(0, false, new string('ß', ShardProtocol.MaxProblem)),
        new LookUpProtocol.Questions(new byte[BatchWriter.Capacity]),
        new LookUpProtocol.Answers(new byte[BatchWriter.Capacity]),
        new LookUpProtocol.Moved(0),
        new DeliveryProtocol.Observations(new byte[BatchWriter.Capacity]),
        DeliveryProtocol.Taken.Instance,
        new DeliveryProtocol.Results(new byte[BatchWriter.Capacity]),
        new ServerProtocol.Query(ServerName, Subscriber, Asker.Instance, 0),
        new ServerProtocol.Result(ServerName, Subscriber, Asker.Instance, 0, ServerVerdict.Leased,
            new LeaseReported(Subscriber, LongestDevice, Longest.ClientIdentifier, 0, 0, 0, 0, 0, Server,
                Longest.RelayAgentInformation, Longest.Options)),
        new ServerProtocol.Replied(ServerName,
            new ServerReply(0, default, Subscriber, LongestDevice, Longest.ClientIdentifier, 0, 0, 0, 0, Server,
                Longest.RelayAgentInformation, Longest.Options)),
        new RollCallProtocol.Call(default, 0, 0),
        new RollCallProtocol.Present(default, 0, true, true, true),
        DepartureProtocol.Leaving.Instance,
    ];

    public static TheoryData<string, string> Nodes => new()
    {
        { "a node of a cluster", "store.kind = postgresql, cluster.seeds = [\"10.0.0.1\"]" },
        { "one that is a witness", "store.kind = postgresql, cluster { seeds = [\"10.0.0.1\"], roles = [] }" },
    };

    [Theory]
    [MemberData(nameof(Nodes))]
    public void The_largest_message_of_each_kind_fits_into_a_frame(string node, string hocon)
    {
        var frame = FrameOf(Node.Settings(hocon));
        Assert.All(LargestOfEachType, message =>
        {
            var size = Serializer.ToBinary(message).Length + Envelope;
            Assert.True(size <= frame, $"{message.GetType().Name} has {size} bytes, a frame of {node} {frame}");
        });
    }

    /// <summary>What the coordinator of the shards says of all of them, with as many as there may be.</summary>
    [Fact]
    public void Who_owns_which_of_the_most_shards_fits_into_a_frame()
    {
        var settings = Node.Settings("store.kind = postgresql, cluster.seeds = [\"10.0.0.1\"], addresses.shards = 4096");
        var shards = new ShardMap(settings.Shards);
        var owned = new ShardRegionStats(
            Enumerable.Range(0, shards.Count).ToImmutableDictionary(shards.Name, _ => int.MaxValue), []);
        var owners = ImmutableDictionary<Address, ShardRegionStats>.Empty
            .Add(Address.Parse("akka.ssl.tcp://leasequery@10.0.0.1:7450"), owned);
        var size = System.Serialization.Serialize(new ClusterShardingStats(owners)).Length + Envelope;
        Assert.InRange(size, settings.Shards * sizeof(int), FrameOf(settings));
    }

    [Fact]
    public void Every_kind_that_crosses_nodes_is_among_them() => Assert.Equal(
        Messages.Types.Where(type => !type.IsAssignableTo(typeof(BindingEvent))).Select(type => type.Name).Order(),
        LargestOfEachType.Select(message => message.GetType().Name).Order());

    private static int FrameOf(LeasequerySettings settings) => (int)ClusterConfig.Whole(settings, Endpoint("10.0.0.1:7450"))
        .GetByteSize("akka.remote.dot-netty.tcp.maximum-frame-size")!.Value;
}
