using CsCheck;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Tests.Support;
using Leasequery.Wire;

namespace Leasequery.Actors.Tests.Addresses;

public class AddressRoutingTests
{
    private static readonly ShardMap Shards = new(64);
    private static readonly AddressRouting Routing = new(Shards);

    [Fact]
    public void A_message_to_an_address_goes_to_its_entity_in_its_shard() => Any.Address.Sample(address =>
    {
        var message = new AddressProtocol.Gleaned(address, 0, GleanResult.Stored);
        Assert.Equal(AddressRouting.EntityId(address), Routing.EntityId(message));
        Assert.Equal(Shards.Name(Shards.ShardOf(address)), Routing.ShardId(message));
        Assert.Same(message, Routing.EntityMessage(message));
    });

    [Fact]
    public void An_entity_id_leads_to_the_shard_of_its_messages() => Any.Address.Sample(address =>
    {
        var message = new AddressProtocol.Gleaned(address, 0, GleanResult.Stored);
        Assert.Equal(Routing.ShardId(message), Routing.ShardId(Routing.EntityId(message)!));
        Assert.True(AddressRouting.TryReadEntityId(Routing.EntityId(message), out var read));
        Assert.Equal(address, read);
    });

    [Fact]
    public void Each_shard_has_a_directory_that_lives_in_it()
    {
        for (var shard = 0; shard < Shards.Count; shard++)
        {
            var entity = Routing.EntityId(new ShardProtocol.Open(shard))!;
            Assert.Equal(Shards.Name(shard), Routing.ShardId(new ShardProtocol.Open(shard)));
            Assert.Equal(Shards.Name(shard), Routing.ShardId(entity));
            Assert.True(AddressRouting.TryReadDirectoryId(entity, out var read));
            Assert.Equal(shard, read);
            Assert.False(AddressRouting.TryReadEntityId(entity, out _));
        }
    }

    [Fact]
    public void Other_messages_go_nowhere()
    {
        Assert.Null(Routing.EntityId("hello"));
        Assert.Null(Routing.ShardId(new object()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0a00001")]
    [InlineData("0a0000001")]
    [InlineData("0a00000g")]
    [InlineData(" a000001")]
    [InlineData("directory")]
    [InlineData("directory-")]
    [InlineData("directory--1")]
    public void What_is_no_entity_of_ours_is_refused(string entity)
    {
        Assert.False(AddressRouting.TryReadEntityId(entity, out _));
        Assert.False(AddressRouting.TryReadDirectoryId(entity, out _));
        Assert.Throws<ArgumentException>(() => Routing.ShardId(entity));
    }

    [Fact]
    public void An_entity_id_has_the_width_that_a_range_of_names_needs() =>
        Assert.Equal("0a000001", AddressRouting.EntityId(Ipv4Address.Parse("10.0.0.1")));
}
