using CsCheck;
using Leasequery.Actors.Serialization;
using Leasequery.Domain.Bindings;

namespace Leasequery.Actors.Tests.Serialization;

public sealed class LeasequerySerializerTests : SerializationSpec
{
    private static readonly string[] Manifests = [.. Goldens.All.Select(golden => golden.Manifest).Distinct()];

    [Fact]
    public void Every_type_is_ours_to_serialize() => Assert.All(Messages.Types, type =>
        Assert.IsType<LeasequerySerializer>(System.Serialization.FindSerializerForType(type)));

    [Fact]
    public void Every_message_comes_back_as_it_was() => Assert.All(Messages.All, message =>
        Assert.Equal(message, Serializer.FromBinary(Serializer.ToBinary(message), Serializer.Manifest(message))));

    [Fact]
    public void Every_binding_comes_back_as_it_was() => Support.Any.Binding.Sample(binding =>
    {
        var happened = new LeaseBound(binding);
        Assert.Equal(happened, Serializer.FromBinary(Serializer.ToBinary(happened), Serializer.Manifest(happened)));
    });

    [Fact] // stands in every stored row: never to be changed
    public void The_identifier_is_for_ever() => Assert.Equal(4388, Serializer.Identifier);

    [Fact]
    public void Every_type_has_golden_bytes() => Assert.All(Messages.Types, type =>
        Assert.Contains(Goldens.All, golden => golden.Message.GetType() == type));

    [Fact]
    public void What_is_cut_short_is_refused() => Assert.All(Messages.All, message =>
    {
        var bytes = Serializer.ToBinary(message);
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<InvalidDataException>(() => Serializer.FromBinary(bytes[..length], Serializer.Manifest(message)));
    });

    [Fact]
    public void What_goes_on_behind_its_end_is_refused() => Assert.All(Messages.All, message =>
        Assert.Throws<InvalidDataException>(() =>
            Serializer.FromBinary([.. Serializer.ToBinary(message), 0], Serializer.Manifest(message))));

    [Fact]
    public void One_changed_byte_gives_another_message_or_is_refused() =>
        Gen.Select(Gen.Int[0, Messages.All.Length - 1], Gen.Int[0, 4000], Gen.Byte).Sample((which, index, value) =>
        {
            byte[] bytes = [.. Serializer.ToBinary(Messages.All[which])];
            if (bytes.Length == 0)
                return; // a message without a content
            bytes[index % bytes.Length] = value;
            ReadOrRefuse(bytes, Serializer.Manifest(Messages.All[which]));
        }, iter: 5_000);

    [Fact]
    public void Random_bytes_give_a_message_or_are_refused() =>
        Gen.Select(Gen.Int[0, Manifests.Length - 1], Gen.Byte.Array[0, 200]).Sample((which, bytes) =>
            ReadOrRefuse(bytes, Manifests[which]), iter: 5_000);

    [Theory]
    [InlineData("bound-2")]
    [InlineData("")]
    public void A_manifest_of_a_later_version_is_refused(string manifest) =>
        Assert.Contains($"'{manifest}'", Assert.Throws<InvalidDataException>(() => Serializer.FromBinary([], manifest)).Message);

    [Fact]
    public void What_is_not_ours_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Serializer.Manifest("text"));
        Assert.Throws<ArgumentException>(() => Serializer.ToBinary("text"));
    }

    private void ReadOrRefuse(byte[] bytes, string manifest)
    {
        try
        {
            Serializer.FromBinary(bytes, manifest);
        }
        catch (InvalidDataException)
        {
            // Refused as it should be; any other exception fails the property.
        }
    }
}
