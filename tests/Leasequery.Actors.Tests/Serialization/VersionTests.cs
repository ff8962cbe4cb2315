using System.Reflection;
using Leasequery.Actors.Serialization;

namespace Leasequery.Actors.Tests.Serialization;

/// <summary>
/// Nodes of two versions run side by side while a cluster is upgraded node by node. What one version wrote the next reads, byte
/// for byte; what a later one writes anew has another manifest, and is refused in a way that costs the message and nothing else.
/// </summary>
public sealed class VersionTests : SerializationSpec
{
    [Fact]
    public void Every_golden_is_written_and_read_as_it_stands_there() => Assert.All(Goldens.All, golden =>
    {
        Assert.Equal((golden.Manifest, Convert.ToHexStringLower(golden.Bytes)),
            (Serializer.Manifest(golden.Message), Convert.ToHexStringLower(Serializer.ToBinary(golden.Message))));
        Assert.Equal(golden.Message, Serializer.FromBinary(golden.Bytes, golden.Manifest));
    });

    [Fact]
    public void Every_manifest_of_the_serializer_has_golden_bytes() => Assert.Equal(
        typeof(LeasequerySerializer).GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(field => field.IsLiteral && field.FieldType == typeof(string))
            .Select(field => (string)field.GetRawConstantValue()!)
            .Order(),
        Goldens.All.Select(golden => golden.Manifest).Distinct().Order());

    // A field that a later version adds is no version 1 any more. A reader that took the part it knows would believe half of a
    // message.
    [Fact]
    public void A_field_behind_the_end_under_an_old_manifest_is_refused_as_damage() => Assert.All(Messages.All, message =>
    {
        var refused = Assert.Throws<InvalidDataException>(() =>
            Serializer.FromBinary([.. Serializer.ToBinary(message), 1, 2, 3, 4], Serializer.Manifest(message)));
        Assert.NotEmpty(refused.Message);
    });

    [Fact]
    public void The_next_version_of_each_message_is_refused_by_its_name() => Assert.All(Messages.All, message =>
    {
        var next = Serializer.Manifest(message)[..^1] + "2";
        Assert.Contains($"'{next}'",
            Assert.Throws<InvalidDataException>(() => Serializer.FromBinary(Serializer.ToBinary(message), next)).Message);
    });

    [Fact]
    public void Every_manifest_ends_in_its_version() =>
        Assert.All(Messages.All, message => Assert.Matches("^[a-z-]+-[1-9][0-9]*$", Serializer.Manifest(message)));
}
