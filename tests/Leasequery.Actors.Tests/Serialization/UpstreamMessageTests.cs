using Akka.Actor;
using Akka.Configuration;
using Leasequery.Actors.Serialization;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Upstream;
using Leasequery.Domain.Bindings;
using Leasequery.Domain.Upstream;
using Leasequery.Wire;

namespace Leasequery.Actors.Tests.Serialization;

/// <summary>What goes from node to node about DHCP servers: their actors may live anywhere in the cluster.</summary>
public sealed class UpstreamMessageTests : IDisposable
{
    private const string Server = "192.0.2.1:67";

    private static readonly Ipv4Address Address = Ipv4Address.Parse("10.1.2.3");
    private static readonly HardwareAddress Device =
        HardwareAddress.TryParse("00:0a:28:00:fa:42", out var modem) ? modem : default;
    private static readonly ClientIdentifier? Client = ClientIdentifier.TryCreate([0xff, 1, 2], out var client) ? client : null;
    private static readonly OctetString Information = OctetString.Copy([1, 1, 7]);
    private static readonly OctetString Options = OctetString.Copy([1, 4, 255, 255, 0, 0]);

    private readonly ActorSystem _system = ActorSystem.Create("upstream-messages",
        ConfigurationFactory.ParseString("akka.actor.provider = local\nakka.loglevel = OFF")
            .WithFallback(LeasequerySettings.Reference));

    private readonly LeasequerySerializer _serializer;
    private readonly IActorRef _asker;

    public UpstreamMessageTests()
    {
        _serializer = new LeasequerySerializer((ExtendedActorSystem)_system);
        _asker = _system.ActorOf(Props.Create(() => new Asker()), "asker");
    }

    public static IEnumerable<Type> Types =>
        typeof(IServerMessage).Assembly.GetTypes()
            .Where(type => !type.IsInterface && type.IsAssignableTo(typeof(IServerMessage)));

    // With all parts, and with none.
    private object[] Samples =>
    [
        new ServerProtocol.Query(Server, Address, _asker, int.MaxValue),
        .. Enum.GetValues<ServerVerdict>()
            .Select(verdict => new ServerProtocol.Result(Server, Address, _asker, 7, verdict, null)),
        new ServerProtocol.Result(Server, Address, _asker, -1, ServerVerdict.Leased,
            new LeaseReported(Address, Device, Client, 0xdeadbeef, uint.MaxValue, 1, 2, 3, Address, Information, Options)),
        new ServerProtocol.Result(Server, Address, _asker, -1, ServerVerdict.Leased,
            new LeaseReported(Address, default, null, 0, 1, null, null, null, default, default, default)),
        new ServerProtocol.Replied(Server, new ServerReply(0xdeadbeef, DhcpMessageType.LeaseActive, Address, Device, Client,
            1, 2, 3, 4, Address, Information, Options)),
        new ServerProtocol.Replied(Server, new ServerReply(0, DhcpMessageType.Nak, Address, default, null, null, null, null,
            null, default, default, default)),
    ];

    public void Dispose() => _system.Terminate().Wait(TimeSpan.FromSeconds(20));

    [Fact]
    public void Every_type_has_a_sample_and_is_ours_to_serialize() => Assert.All(Types, type =>
    {
        Assert.Contains(Samples, sample => sample.GetType() == type);
        Assert.IsType<LeasequerySerializer>(_system.Serialization.FindSerializerForType(type));
    });

    [Fact]
    public void Every_message_comes_back_as_it_was() => Assert.All(Samples, message =>
        Assert.Equal(message, _serializer.FromBinary(_serializer.ToBinary(message), _serializer.Manifest(message))));

    [Fact]
    public void What_is_cut_short_or_goes_on_behind_its_end_is_refused() => Assert.All(Samples, message =>
    {
        var bytes = _serializer.ToBinary(message);
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<InvalidDataException>(() => _serializer.FromBinary(bytes[..length], _serializer.Manifest(message)));
        Assert.Throws<InvalidDataException>(() => _serializer.FromBinary([.. bytes, 0], _serializer.Manifest(message)));
    });

    private sealed class Asker : UntypedActor
    {
        protected override void OnReceive(object message) => Unhandled(message);
    }
}
