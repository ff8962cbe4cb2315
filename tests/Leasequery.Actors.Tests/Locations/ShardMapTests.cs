using CsCheck;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Tests.Support;
using Leasequery.Wire;

namespace Leasequery.Actors.Tests.Locations;

public class ShardMapTests
{
    private static readonly Gen<Ipv4Prefix> Prefixes =
        Gen.Select(Any.Address, Gen.Int[8, 32], (address, length) => Ipv4Prefix.Around(address, length));

    [Fact]
    public void The_ranges_of_all_shards_cover_each_address_once() =>
        Gen.Select(Prefixes.Array[1, 4], Gen.Int[1, 40]).Sample((prefixes, count) =>
        {
            var shards = new ShardMap(count);
            var apart = Apart(prefixes);
            var ranges = Enumerable.Range(0, count)
                .SelectMany(shard => shards.RangesOf(shard, apart).Select(range => (shard, range.First, range.Last)))
                .OrderBy(range => range.First).ToArray();

            Assert.Equal(apart.Sum(prefix => (long)prefix.Count), ranges.Sum(range => Size(range.First, range.Last)));
            foreach (var (shard, first, last) in ranges)
            {
                Assert.True(first <= last);
                Assert.Contains(apart, prefix => prefix.Contains(first));
                Assert.Equal((shard, shard), (shards.ShardOf(first), shards.ShardOf(last)));
            }

            Assert.All(ranges.Zip(ranges.Skip(1)), pair => Assert.True(pair.First.Last < pair.Second.First));
        }, iter: 200);

    [Theory]
    [InlineData("10.1.2.3/32", "10.1.2.3-10.1.2.3")]
    [InlineData("255.255.255.255/32", "255.255.255.255-255.255.255.255")]
    [InlineData("255.255.240.0/20", "255.255.240.0-255.255.255.255")]
    [InlineData("10.1.8.0/24", "10.1.8.0-10.1.8.255")]
    [InlineData("0.0.0.0/0", "0.0.0.0-255.255.255.255")]
    public void One_shard_has_all_in_one_range(string prefix, string range) =>
        Assert.Equal([range], Ranges(new ShardMap(1), 0, prefix));

    [Fact]
    public void Neighbours_are_joined_over_the_edge_of_a_prefix() =>
        Assert.Equal(
            ["10.0.0.0-10.1.255.255", "10.3.0.0-10.3.255.255"],
            Ranges(new ShardMap(1), 0, "10.0.0.0/16", "10.1.0.0/16", "10.3.0.0/16"));

    [Fact]
    public void The_last_stripe_belongs_to_somebody()
    {
        var shards = new ShardMap(64);
        var last = new Ipv4Address(uint.MaxValue);
        Assert.Equal(["255.255.255.255-255.255.255.255"], Ranges(shards, shards.ShardOf(last), "255.255.255.255/32"));
        Assert.EndsWith("-255.255.255.255", Ranges(shards, shards.ShardOf(last), "255.0.0.0/8")[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_stripe_is_never_split() => Gen.Select(Any.Address, Gen.Int[1, 4096]).Sample((address, count) =>
    {
        var shards = new ShardMap(count);
        var stripe = Ipv4Prefix.Around(address, ShardMap.StripeLength);
        Assert.Equal(shards.ShardOf(stripe.First), shards.ShardOf(stripe.Last));
        Assert.InRange(shards.ShardOf(address), 0, count - 1);
    });

    [Theory] // a network of an operator is far smaller than the address space, and its shards are to be of one size
    [InlineData("10.0.0.0/8", 64)]
    [InlineData("10.0.0.0/10", 64)]
    [InlineData("100.64.0.0/10", 32)]
    [InlineData("172.16.0.0/12", 8)]
    public void A_network_spreads_evenly(string network, int count)
    {
        var shards = new ShardMap(count);
        var sizes = Enumerable.Range(0, count)
            .Select(shard => shards.RangesOf(shard, [Ipv4Prefix.Parse(network)]).Sum(range => Size(range.First, range.Last)))
            .ToArray();
        Assert.InRange(sizes.Max() / sizes.Average(), 1.0, 1.5);
        Assert.InRange(sizes.Min() / sizes.Average(), 0.5, 1.0);
    }

    /// <summary>
    /// What the README says of the size of a stripe: of a million addresses in sixteen /16s on 64 shards, how much the fullest of
    /// three nodes gets, be the pieces that stay together /20s (as they are) or /16s (by the same hash).
    /// </summary>
    [Theory]
    [InlineData(ShardMap.StripeLength, 0.35, 0.37)]
    [InlineData(16, 0.44, 0.62)]
    public void Larger_pieces_would_cost_balance(int length, double usual, double worstOfHundred)
    {
        const int draws = 2000;
        const int nodes = 3;
        var shards = new ShardMap(64);
        var sizes = new long[shards.Count];
        for (var piece = 0u; piece < 16u << length - 16; piece++)
            sizes[shards.ShardOf(new Ipv4Address((10u << length - 8) + piece << 32 - ShardMap.StripeLength))]++;

        var random = new Random(1);
        var order = Enumerable.Range(0, shards.Count).ToArray();
        var fullest = Enumerable.Range(0, draws).Select(_ =>
        {
            random.Shuffle(order); // who owns what; each node has 21 or 22 shards
            return order.Index().GroupBy(shard => shard.Index % nodes, shard => sizes[shard.Item]).Max(node => node.Sum())
                / (double)sizes.Sum();
        }).Order().ToArray();

        Assert.Equal(usual, fullest[draws / 2], 0.01);
        Assert.Equal(worstOfHundred, fullest[draws * 99 / 100], 0.01);
    }

    [Fact]
    public void There_is_at_least_one_shard() => Assert.Throws<ArgumentOutOfRangeException>(() => new ShardMap(0));

    private static long Size(Ipv4Address first, Ipv4Address last) => (long)last.Value - first.Value + 1;

    private static string[] Ranges(ShardMap shards, int shard, params string[] prefixes) =>
        [.. shards.RangesOf(shard, prefixes.Select(Ipv4Prefix.Parse)).Select(range => $"{range.First}-{range.Last}")];

    // As the settings have them: ascending, none inside another.
    private static List<Ipv4Prefix> Apart(Ipv4Prefix[] prefixes)
    {
        var apart = new List<Ipv4Prefix>();
        foreach (var prefix in prefixes.Order())
            if (apart.Count == 0 || !apart[^1].Overlaps(prefix))
                apart.Add(prefix);
        return apart;
    }
}
