using Akka.Actor;
using Akka.Configuration;
using CsCheck;
using Leasequery.Actors.Serialization;
using Leasequery.Actors.Settings;
using Leasequery.Domain.Bindings;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Serialization;

public sealed class LeasequerySerializerTests : IDisposable
{
    private static readonly string[] Manifests =
        [
            "bound-1", "ended-1", "locate-1", "located-1", "glean-1", "gleaned-1", "stay-awake-1", "open-shard-1",
            "shard-opened-1", "questions-1", "answers-1", "moved-1", "observations-1", "taken-1", "results-1", "roll-call-1",
            "present-1",
        ];

    private readonly ActorSystem _system = ActorSystem.Create("serialization",
        ConfigurationFactory.ParseString("akka.actor.provider = local").WithFallback(LeasequerySettings.Reference));

    private readonly LeasequerySerializer _serializer;

    public LeasequerySerializerTests() => _serializer = new LeasequerySerializer((ExtendedActorSystem)_system);

    public void Dispose() => _system.Terminate().Wait(Patience);

    [Fact]
    public void Every_type_has_a_sample_and_is_ours_to_serialize() => Assert.All(Messages.Types, type =>
    {
        Assert.Contains(Messages.All, sample => sample.GetType() == type);
        Assert.IsType<LeasequerySerializer>(_system.Serialization.FindSerializerForType(type));
    });

    [Fact]
    public void Every_message_comes_back_as_it_was() => Assert.All(Messages.All, message =>
        Assert.Equal(message, _serializer.FromBinary(_serializer.ToBinary(message), _serializer.Manifest(message))));

    [Fact]
    public void Every_binding_comes_back_as_it_was() => Support.Any.Binding.Sample(binding =>
    {
        var happened = new LeaseBound(binding);
        Assert.Equal(happened, _serializer.FromBinary(_serializer.ToBinary(happened), _serializer.Manifest(happened)));
    });

    [Fact] // stands in every stored row: never to be changed
    public void The_identifier_is_for_ever() => Assert.Equal(4388, _serializer.Identifier);

    [Fact]
    public void There_is_no_other_manifest_than_those_that_are_damaged_here() =>
        Assert.Equal(Manifests.Order(), Messages.All.Select(_serializer.Manifest).Distinct().Order());

    [Fact]
    public void What_is_cut_short_is_refused() => Assert.All(Messages.All, message =>
    {
        var bytes = _serializer.ToBinary(message);
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<InvalidDataException>(() => _serializer.FromBinary(bytes[..length], _serializer.Manifest(message)));
    });

    [Fact]
    public void What_goes_on_behind_its_end_is_refused() => Assert.All(Messages.All, message =>
        Assert.Throws<InvalidDataException>(() =>
            _serializer.FromBinary([.. _serializer.ToBinary(message), 0], _serializer.Manifest(message))));

    [Fact]
    public void One_changed_byte_gives_another_message_or_is_refused() =>
        Gen.Select(Gen.Int[0, Messages.All.Length - 1], Gen.Int[0, 4000], Gen.Byte).Sample((which, index, value) =>
        {
            byte[] bytes = [.. _serializer.ToBinary(Messages.All[which])];
            if (bytes.Length == 0)
                return; // a message without a content
            bytes[index % bytes.Length] = value;
            ReadOrRefuse(bytes, _serializer.Manifest(Messages.All[which]));
        }, iter: 5_000);

    [Fact]
    public void Random_bytes_give_a_message_or_are_refused() =>
        Gen.Select(Gen.Int[0, Manifests.Length - 1], Gen.Byte.Array[0, 200]).Sample((which, bytes) =>
            ReadOrRefuse(bytes, Manifests[which]), iter: 5_000);

    [Theory]
    [InlineData("bound-2")]
    [InlineData("")]
    public void A_manifest_of_a_later_version_is_refused(string manifest) =>
        Assert.Contains($"'{manifest}'", Assert.Throws<InvalidDataException>(() => _serializer.FromBinary([], manifest)).Message);

    [Fact]
    public void What_is_not_ours_is_refused()
    {
        Assert.Throws<ArgumentException>(() => _serializer.Manifest("text"));
        Assert.Throws<ArgumentException>(() => _serializer.ToBinary("text"));
    }

    private void ReadOrRefuse(byte[] bytes, string manifest)
    {
        try
        {
            _serializer.FromBinary(bytes, manifest);
        }
        catch (InvalidDataException)
        {
            // Refused as it should be; any other exception fails the property.
        }
    }
}
