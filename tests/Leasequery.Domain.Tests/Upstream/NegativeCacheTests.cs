using CsCheck;
using Leasequery.Domain.Upstream;
using Leasequery.Tests.Support;
using Leasequery.Wire;
using static Leasequery.Domain.Tests.Support.Some;

namespace Leasequery.Domain.Tests.Upstream;

public class NegativeCacheTests
{
    private const uint FiveMinutes = 300; // RFC 4388 section 6.5
    private const int OneSet = 8;

    [Theory]
    [InlineData(0u, true)]
    [InlineData(FiveMinutes - 1, true)]
    [InlineData(FiveMinutes, false)]
    [InlineData(uint.MaxValue - Now, false)]
    public void It_knows_an_address_until_its_end_N44(uint later, bool isKnown)
    {
        var cache = new NegativeCache(OneSet, 0);
        Assert.True(cache.Add(Address, Now + FiveMinutes, Now));
        Assert.Equal(isKnown, cache.Contains(Address, Now + later));
        Assert.False(cache.Contains(Relay, Now + later));
    }

    [Theory] // an empty place must not be taken for the address 0.0.0.0, nor for any end
    [InlineData("0.0.0.0")]
    [InlineData("255.255.255.255")]
    public void Any_address_is_an_address(string text)
    {
        var address = Ipv4Address.Parse(text);
        var cache = new NegativeCache(OneSet, 0);
        Assert.False(cache.Contains(address, 0));
        cache.Remove(address);
        Assert.Equal(0, cache.Count);
        Assert.True(cache.Add(address, uint.MaxValue, Now));
        Assert.True(cache.Contains(address, uint.MaxValue - 1));
        Assert.Equal(1, cache.Count);
        cache.Remove(address);
        Assert.False(cache.Contains(address, Now));
        Assert.Equal(0, cache.Count);
    }

    [Theory]
    [InlineData(FiveMinutes + 60, true)]
    [InlineData(FiveMinutes - 60, false)]
    public void Adding_again_moves_the_end(uint until, bool isKnown)
    {
        var cache = new NegativeCache(OneSet, 0);
        cache.Add(Address, Now + FiveMinutes, Now);
        Assert.True(cache.Add(Address, Now + until, Now));
        Assert.Equal(isKnown, cache.Contains(Address, Now + FiveMinutes));
        Assert.Equal(1, cache.Count);
    }

    [Fact]
    public void What_has_ended_already_is_not_taken_in()
    {
        var cache = new NegativeCache(OneSet, 0);
        Assert.False(cache.Add(Address, Now, Now));
        Assert.Equal((0, 0L), (cache.Count, cache.Refused));
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(8, 8)]
    [InlineData(9, 16)]
    [InlineData(1_000_000, 1_000_000)]
    public void The_capacity_is_whole_sets(int capacity, int places) =>
        Assert.Equal(places, new NegativeCache(capacity, 0).Capacity);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(int.MaxValue, 0)]
    [InlineData(8, -1)]
    public void Limits_that_make_no_sense_are_refused(int capacity, int evictions) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new NegativeCache(capacity, evictions));

    [Fact]
    public void In_a_full_set_the_one_that_ends_first_makes_room()
    {
        var cache = Full(maxEvictionsPerSecond: 1);
        Assert.True(cache.Add(Number(100), Now + FiveMinutes, Now));
        Assert.False(cache.Contains(Number(0), Now));
        Assert.All(Enumerable.Range(1, 7).Append(100), number => Assert.True(cache.Contains(Number(number), Now)));
        Assert.Equal((OneSet, 1L, 0L), (cache.Count, cache.Evicted, cache.Refused));
    }

    [Fact]
    public void A_place_whose_end_has_come_is_taken_without_evicting()
    {
        var cache = Full(maxEvictionsPerSecond: 0); // ends at +10 to +17
        Assert.False(cache.Add(Number(100), Now + FiveMinutes, Now + 9));
        Assert.True(cache.Add(Number(100), Now + FiveMinutes, Now + 10));
        Assert.False(cache.Add(Number(101), Now + FiveMinutes, Now + 10));
        Assert.Equal((OneSet, 0L, 2L), (cache.Count, cache.Evicted, cache.Refused));
    }

    public static TheoryData<string, int[], int[]> Floods => new() // at which second a strange key comes; how many get in by then
    {
        { "three a second", [0, 0, 0, 0, 0], [1, 2, 3, 3, 3] },
        { "the next second has its own", [0, 0, 0, 0, 1, 1, 1, 1], [1, 2, 3, 3, 4, 5, 6, 6] },
        { "a thread that is a second behind does not begin a new one", [1, 1, 1, 0, 1, 0, 1], [1, 2, 3, 3, 3, 3, 3] },
        { "a clock that was set back does", [9, 9, 9, 9, 0, 0, 0, 0], [1, 2, 3, 3, 4, 5, 6, 6] },
    };

    [Theory]
    [MemberData(nameof(Floods))]
    public void Strange_keys_turn_it_over_only_so_fast(string what, int[] seconds, int[] taken)
    {
        var cache = new NegativeCache(OneSet, 3);
        for (var i = 0; i < OneSet; i++)
            cache.Add(Number(i), Now + Hour, Now);
        for (var i = 0; i < seconds.Length; i++)
        {
            cache.Add(Number(100 + i), Now + Hour, Now + (uint)seconds[i]);
            Assert.True(taken[i] == cache.Evicted && i + 1 - taken[i] == cache.Refused, $"{what}: {i}");
        }
    }

    [Fact]
    public void A_scan_of_a_million_addresses_leaves_most_of_what_was_useful()
    {
        var cache = new NegativeCache(8192, 50);
        for (var i = 0; i < 4096; i++)
            Assert.True(cache.Add(Number(i), Now + Hour, Now));
        for (var i = 0; i < 1_000_000; i++)
            cache.Add(Number(1_000_000 + i), Now + FiveMinutes, Now + (uint)i / 100_000); // in 10 s

        Assert.InRange(cache.Evicted, 0, 10 * 50);
        Assert.InRange(cache.Count, 0, cache.Capacity);
        Assert.True(Enumerable.Range(0, 4096).Count(i => cache.Contains(Number(i), Now + 10)) >= 4096 - 10 * 50);
        Assert.Equal(1_000_000 - (cache.Capacity - 4096) - cache.Evicted, cache.Refused);
    }

    [Theory] // neighbours spread evenly
    [InlineData("10.0.0.0", 256)]
    [InlineData("10.7.0.0", 20_000)]
    [InlineData("10.11.0.0", 65_536)]
    [InlineData("172.16.0.0", 1_000_000)]
    public void A_network_is_kept_whole_by_a_cache_a_quarter_larger(string first, int addresses)
    {
        var cache = new NegativeCache(addresses + addresses / 4, 0);
        var start = Ipv4Address.Parse(first).Value;
        for (uint i = 0; i < addresses; i++)
            cache.Add(new Ipv4Address(start + i), Now + FiveMinutes, Now);
        Assert.Equal((0L, addresses), (cache.Refused, cache.Count));
    }

    [Fact]
    public void At_half_load_one_address_in_a_hundred_finds_no_free_place()
    {
        var cache = new NegativeCache(131_072, 0);
        var random = new Random(4388);
        for (var i = 0; i < 65_536; i++)
            cache.Add(Number(random.Next(1 << 24)), Now + FiveMinutes, Now);
        Assert.InRange(cache.Refused, 0, 655);
    }

    [Fact]
    public void A_million_entries_are_eight_megabytes()
    {
        NegativeCache cache = null!;
        Assert.InRange(Allocations.Of(() => cache = new NegativeCache(1_000_000, 0)), 8_000_000, 8_001_000);
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (var i = 0; i < 1000; i++)
                cache.Add(Number(i), Now + FiveMinutes, Now);
            for (var i = 0; i < 2000; i++)
                cache.Contains(Number(i), Now);
        }));
    }

    [Fact] // against a dictionary that never forgets
    public void It_never_knows_what_was_not_said_and_forgets_only_what_it_counts() => Gen
        .Select(Gen.Int[0, 60], Gen.UInt[0, 20], Gen.UInt[0, 3], Gen.Bool)
        .Array[0, 300]
        .Select(Gen.Int[0, 3])
        .Sample((steps, evictions) =>
        {
            var cache = new NegativeCache(32, evictions);
            var model = new Dictionary<Ipv4Address, uint>();
            var now = Now;
            foreach (var (number, life, pause, isAdded) in steps)
            {
                now += pause;
                if (!isAdded)
                {
                    cache.Remove(Number(number));
                    model.Remove(Number(number));
                }
                else if (cache.Add(Number(number), now + life, now))
                {
                    model[Number(number)] = now + life;
                }

                var lost = model.Count(entry => entry.Value > now && !cache.Contains(entry.Key, now));
                Assert.InRange(lost, 0, cache.Evicted);
                Assert.InRange(cache.Count, model.Count(entry => entry.Value > now) - lost, cache.Capacity);
                for (var i = 0; i <= 60; i++)
                    Assert.False(cache.Contains(Number(i), now) && !(model.TryGetValue(Number(i), out var end) && end > now));
            }
        });

    [Fact] // One set, so that every write is on the line that is read
    public async Task A_reader_beside_a_writer_sees_what_stays_and_nothing_that_never_was()
    {
        var cache = new NegativeCache(OneSet, int.MaxValue);
        for (var i = 0; i < 4; i++)
            cache.Add(Number(i), Now + 2 * Hour, Now); // stay: they end last
        using var begin = new Barrier(3); // a reader and two writers
        var isWritten = false;

        var reader = Task.Run(() =>
        {
            begin.SignalAndWait();
            var rounds = 0L;
            for (; !Volatile.Read(ref isWritten) || rounds == 0; rounds++)
            {
                for (var i = 0; i < 4; i++)
                    Assert.True(cache.Contains(Number(i), Now));
                Assert.False(cache.Contains(Number(-1), Now));
                // Half of one entry with half of another.
                Assert.False(cache.Contains(Number(10 + (int)(rounds % 50)), Now + Hour));
                Assert.InRange(cache.Count, 4, OneSet);
            }
        });
        var writers = Enumerable.Range(0, 2).Select(writer => Task.Run(() =>
        {
            begin.SignalAndWait();
            for (var i = 0; i < 200_000; i++)
            {
                cache.Add(Number(10 + (i * 7 + writer) % 50), Now + 1 + (uint)(i % 100), Now);
                if (i % 3 == 0)
                    cache.Remove(Number(10 + i % 50));
            }
        })).ToList();

        await Task.WhenAll(writers);
        Volatile.Write(ref isWritten, true);
        await reader;
        Assert.Equal(Enumerable.Range(0, 60).Count(i => cache.Contains(Number(i), Now)), cache.Count);
    }

    private static NegativeCache Full(int maxEvictionsPerSecond)
    {
        var cache = new NegativeCache(OneSet, maxEvictionsPerSecond);
        for (var i = 0; i < OneSet; i++)
            Assert.True(cache.Add(Number(i), Now + 10 + (uint)i, Now));
        return cache;
    }

    private static Ipv4Address Number(int number) => new(0x0A000001u + (uint)number);
}
