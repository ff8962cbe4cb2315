using CsCheck;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Tests.Support;
using Leasequery.Domain.Bindings;
using Leasequery.Tests.Support;
using Leasequery.Wire;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Locations;

public sealed unsafe class LocationTableTests : IDisposable
{
    private readonly LocationTable _table = new(new ShardMap(4));
    private readonly int _shard;

    public LocationTableTests() => _shard = _table.Shards.ShardOf(Subscriber);

    public void Dispose() => _table.Dispose();

    [Fact]
    public void A_shard_that_is_not_here_is_unknown_and_takes_nothing()
    {
        _table.Publish(Bound, 1);
        Assert.Equal("Unknown", Find());
        Assert.Equal((0, 0), (_table.Records, _table.AllocatedBytes));
    }

    [Fact]
    public void What_was_published_is_read_back_whole()
    {
        for (var shard = 0; shard < _table.Shards.Count; shard++)
            _table.Begin(shard);
        Gen.Select(Any.Binding, Gen.UInt).Sample((binding, number) =>
        {
            _table.Drop(_table.Shards.ShardOf(binding.Address)); // an earlier one may have had the address, and a later number
            _table.Begin(_table.Shards.ShardOf(binding.Address));
            _table.Publish(binding, number);
            Assert.Equal(LookUp.Found, _table.Read(binding.Address, out var read, out var sequence));
            Assert.Equal((binding, number), (read, sequence));
        }, threads: 1, iter: 300);
    }

    [Fact]
    public void Reading_tells_never_seen_from_not_known()
    {
        Assert.Equal(LookUp.Unknown, _table.Read(Subscriber, out _, out _));
        _table.Begin(_shard);
        Assert.Equal(LookUp.Unknown, _table.Read(Subscriber, out _, out _));
        _table.Complete(_shard);
        Assert.Equal(LookUp.Absent, _table.Read(Subscriber, out var binding, out var sequence));
        Assert.Equal((null, 0), (binding, sequence));
    }

    [Fact]
    public void While_a_shard_loads_what_has_no_record_is_unknown()
    {
        _table.Begin(_shard);
        Assert.Equal("Unknown", Find());
        _table.Publish(Bound, 1);
        Assert.Equal(Node.Answer(Bound), Find());
    }

    [Fact]
    public void In_a_complete_shard_what_has_no_record_was_never_seen()
    {
        Complete();
        Assert.Equal("Absent", Find());
        _table.Publish(Bound with { Address = new Ipv4Address(Subscriber.Value + 1) }, 1); // its page exists, its slot is empty
        Assert.Equal("Absent", Find());
        Assert.Equal(1, _table.CompleteShards);
    }

    [Theory]
    [InlineData(3599u, "Leased")]
    [InlineData(3600u, "Unleased")] // a remaining time of 0 is no lease
    public void A_lease_is_over_at_its_end_N28(uint later, string outcome)
    {
        Complete();
        _table.Publish(Bound, 1);
        Assert.StartsWith(outcome, Node.Find(_table, Subscriber, Now + later), StringComparison.Ordinal);
    }

    [Fact]
    public void A_later_event_replaces_an_earlier_one_and_never_the_other_way_round()
    {
        var later = Bound with { TransactionId = 9, ExpiresAt = Now + 9 };
        Complete();
        _table.Publish(Bound, 1);
        _table.Publish(later, 2);
        Assert.Equal(Node.Answer(later), Find());
        _table.Publish(Bound, 1); // a bulk load that read the store before the actor wrote
        Assert.Equal(Node.Answer(later), Find());
        Assert.Equal(1, _table.Records);
    }

    [Fact] // the shard was elsewhere in between, and what was read before is of yesterday
    public void A_bulk_load_of_an_earlier_stay_of_the_shard_is_ignored()
    {
        var earlier = _table.Begin(_shard);
        _table.Drop(_shard);
        var stay = _table.Begin(_shard);
        _table.Load(BindingImage.Of(Bound), 1, earlier);
        Assert.Equal("Unknown", Find());
        _table.Load(BindingImage.Of(Bound), 1, stay);
        Assert.Equal(Node.Answer(Bound), Find());
    }

    [Fact]
    public void A_shard_is_held_from_its_beginning_until_it_is_dropped()
    {
        Assert.False(_table.Holds(_shard));
        _table.Begin(_shard);
        Assert.True(_table.Holds(_shard));
        _table.Complete(_shard);
        Assert.True(_table.Holds(_shard));
        _table.Drop(_shard);
        Assert.False(_table.Holds(_shard));
    }

    [Theory] // client identifier, options, option 82; the slot holds 68 bytes, overflow comes in pieces of 128, 256, 512, 1536
    [InlineData(0, 0, 0)]
    [InlineData(7, 6, 55)]
    [InlineData(7, 6, 56)]
    [InlineData(2, 0, 126)]
    [InlineData(2, 0, 127)]
    [InlineData(2, 54, 200)]
    [InlineData(2, 55, 200)]
    [InlineData(255, 57, 200)]
    [InlineData(255, 58, 200)]
    [InlineData(255, 255, Gleaning.MaxRelayAgentInformation)]
    public void What_varies_in_length_comes_back_byte_for_byte_N34(int client, int options, int information)
    {
        var binding = WithLengths(client, options, information);
        Complete();
        _table.Publish(binding, 1);
        Assert.Equal(Node.Answer(binding), Find());
    }

    [Fact]
    public void A_record_may_grow_and_shrink()
    {
        Complete();
        var sequence = 0;
        foreach (var information in new[] { 10, 100, 1000, 300, 61, 1020, 0, 200 })
        {
            var binding = WithLengths(7, 6, information);
            _table.Publish(binding, ++sequence);
            Assert.Equal(Node.Answer(binding), Find());
        }
    }

    [Fact]
    public void Overflow_memory_is_used_again()
    {
        Complete();
        _table.Publish(WithLengths(255, 255, 1020), 1);
        var bytes = _table.AllocatedBytes;
        for (var sequence = 2; sequence < 1000; sequence++)
            _table.Publish(WithLengths(255, 255, 1020), sequence);
        Assert.Equal(bytes, _table.AllocatedBytes);
    }

    [Fact]
    public void The_answer_is_that_of_the_binding() =>
        Gen.Select(Any.Binding, Any.Time, Gen.Long[1, uint.MaxValue]).Sample((binding, now, sequence) =>
        {
            using var table = new LocationTable(new ShardMap(1));
            table.Begin(0);
            table.Publish(binding, sequence);
            Assert.Equal(Node.Answer(binding, now), Node.Find(table, binding.Address, now));
        }, iter: 300);

    [Fact]
    public void A_dropped_shard_is_unknown_and_its_pages_are_used_again()
    {
        Complete();
        // In sixteen blocks of more than one shard.
        var addresses = Enumerable.Range(0, 512).Select(i => new Ipv4Address(Subscriber.Value + (uint)i * 8)).ToArray();
        for (var shard = 0; shard < _table.Shards.Count; shard++)
            _table.Begin(shard);
        foreach (var address in addresses)
            _table.Publish(Bound with { Address = address }, 1);
        var bytes = _table.AllocatedBytes;
        Assert.Equal(addresses.Length, _table.Records);

        for (var shard = 0; shard < _table.Shards.Count; shard++)
            _table.Drop(shard);
        Assert.Equal(0, _table.Records);
        Assert.All(addresses, address => Assert.Equal("Unknown", Node.Find(_table, address)));

        for (var shard = 0; shard < _table.Shards.Count; shard++)
        {
            _table.Begin(shard);
            _table.Complete(shard);
        }

        Assert.All(addresses, address => Assert.Equal("Absent", Node.Find(_table, address))); // a page comes back empty
        foreach (var address in addresses)
            _table.Publish(Bound with { Address = address }, 1);
        Assert.Equal((addresses.Length, bytes), (_table.Records, _table.AllocatedBytes));
    }

    [Fact]
    public void Dropping_a_shard_leaves_the_others()
    {
        var other = OfAnotherShard();
        Complete();
        _table.Begin(_table.Shards.ShardOf(other));
        _table.Publish(Bound, 1);
        _table.Publish(Bound with { Address = other }, 1);
        _table.Drop(_shard);
        Assert.Equal(Node.Answer(Bound), Node.Find(_table, other));
        Assert.Equal(1, _table.Records);
    }

    [Fact]
    public void Finding_allocates_nothing()
    {
        var longOne = WithLengths(255, 255, 1020) with { Address = new Ipv4Address(Subscriber.Value + 1) };
        Complete();
        _table.Publish(Bound, 1);
        _table.Publish(longOne, 1);
        var addresses = new[] { Subscriber, longOne.Address, new Ipv4Address(Subscriber.Value + 2), OfAnotherShard() };
        var found = 0;
        Assert.Equal(0, Allocations.Of(() => found = CountFound(addresses, rounds: 10_000)));
        Assert.Equal(20_000, found);
    }

    private Ipv4Address OfAnotherShard()
    {
        var other = Subscriber;
        while (_table.Shards.ShardOf(other) == _shard)
            other = new Ipv4Address(other.Value + 4096);
        return other;
    }

    private static Binding WithLengths(int client, int options, int information) => Bound with
    {
        ClientIdentifier = client == 0 ? null : Client(Octets(client, 1).ToString()),
        Options = Octets(options, 2),
        RelayAgentInformation = Octets(information, 3),
    };

    private void Complete()
    {
        _table.Begin(_shard);
        _table.Complete(_shard);
    }

    private string Find() => Node.Find(_table, Subscriber);

    private int CountFound(Ipv4Address[] addresses, int rounds)
    {
        var scratch = stackalloc byte[LocationTable.ScratchSize];
        var found = 0;
        for (var round = 0; round < rounds; round++)
            foreach (var address in addresses)
                found += _table.Find(address, scratch, Now, out var answer) == LookUp.Found && answer.ExpiresAt > Now ? 1 : 0;
        return found;
    }
}
