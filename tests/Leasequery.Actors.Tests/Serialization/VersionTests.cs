using Akka.Actor;
using Akka.Configuration;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Serialization;
using Leasequery.Actors.Settings;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Serialization;

/// <summary>
/// Nodes of two versions run side by side while a cluster is upgraded node by node. What one version wrote the next reads, byte
/// for byte; what a later one writes anew has another manifest, and is refused in a way that costs the message and nothing else.
/// </summary>
public sealed class VersionTests : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("versions",
        ConfigurationFactory.ParseString("akka.actor.provider = local\nakka.loglevel = OFF")
            .WithFallback(LeasequerySettings.Reference));

    private readonly LeasequerySerializer _serializer;

    public VersionTests() => _serializer = new LeasequerySerializer((ExtendedActorSystem)_system);

    public void Dispose() => _system.Terminate().Wait(Patience);

    // The first words between two nodes, whatever their versions: by these they find each other.
    [Fact]
    public void The_roll_call_of_version_1_is_for_ever()
    {
        Golden(new RollCallProtocol.Call(Endpoint("10.78.0.1:7450"), 0x01020304, 0x1122334455667788),
            "roll-call-1", "01004e0a" + "1a1d" + "04030201" + "8877665544332211");
        Golden(new RollCallProtocol.Present(Endpoint("10.78.0.2:7450"), 0x1122334455667788, true, false, true),
            "present-1", "02004e0a" + "1a1d" + "8877665544332211" + "01" + "00" + "01");
    }

    // A field that a later version adds is no version 1 any more. A reader that took the part it knows would believe half of a
    // message.
    [Fact]
    public void A_field_behind_the_end_under_an_old_manifest_is_refused_as_damage() => Assert.All(Messages.All, message =>
    {
        var refused = Assert.Throws<InvalidDataException>(() =>
            _serializer.FromBinary([.. _serializer.ToBinary(message), 1, 2, 3, 4], _serializer.Manifest(message)));
        Assert.NotEmpty(refused.Message);
    });

    [Fact]
    public void The_next_version_of_each_message_is_refused_by_its_name() => Assert.All(Messages.All, message =>
    {
        var next = _serializer.Manifest(message)[..^1] + "2";
        Assert.Contains($"'{next}'",
            Assert.Throws<InvalidDataException>(() => _serializer.FromBinary(_serializer.ToBinary(message), next)).Message);
    });

    [Fact]
    public void Every_manifest_ends_in_its_version() =>
        Assert.All(Messages.All, message => Assert.Matches("^[a-z-]+-[1-9][0-9]*$", _serializer.Manifest(message)));

    private void Golden(object message, string manifest, string hex)
    {
        Assert.Equal((manifest, hex), (_serializer.Manifest(message), Convert.ToHexStringLower(_serializer.ToBinary(message))));
        Assert.Equal(message, _serializer.FromBinary(Convert.FromHexString(hex), manifest));
    }
}
