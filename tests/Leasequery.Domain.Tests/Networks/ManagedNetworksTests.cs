using CsCheck;
using Leasequery.Domain.Networks;
using Leasequery.Wire;

namespace Leasequery.Domain.Tests.Networks;

public class ManagedNetworksTests
{
    private const string Three = "192.0.2.7/32 10.0.1.0/24 10.0.0.0/24";

    [Theory] // N25: what lies outside is not ours to answer
    [InlineData(Three, "9.255.255.255", false)]
    [InlineData(Three, "10.0.0.0", true)]
    [InlineData(Three, "10.0.1.255", true)]
    [InlineData(Three, "10.0.2.0", false)]
    [InlineData(Three, "192.0.2.7", true)]
    [InlineData(Three, "192.0.2.8", false)]
    [InlineData("0.0.0.0/0", "255.255.255.255", true)]
    [InlineData("", "10.0.0.0", false)]
    public void An_address_is_ours_inside_a_prefix(string prefixes, string address, bool isOurs) =>
        Assert.Equal(isOurs, Networks(prefixes).Contains(Ipv4Address.Parse(address)));

    [Theory]
    [InlineData("10.0.0.0/8 10.1.0.0/16", "10.1.0.0/16 lies inside 10.0.0.0/8")]
    [InlineData("10.1.0.0/16 10.0.0.0/8", "10.1.0.0/16 lies inside 10.0.0.0/8")]
    [InlineData("10.0.0.0/16 10.0.0.0/8", "10.0.0.0/16 lies inside 10.0.0.0/8")]
    [InlineData("10.0.0.0/8 10.0.0.0/8", "10.0.0.0/8 lies inside 10.0.0.0/8")]
    [InlineData("0.0.0.0/0 255.255.255.255/32", "255.255.255.255/32 lies inside 0.0.0.0/0")]
    [InlineData("10.0.0.0/8 192.0.2.0/24 10.255.255.255/32", "10.255.255.255/32 lies inside 10.0.0.0/8")]
    public void A_network_that_is_given_twice_is_refused_by_its_name(string prefixes, string reason)
    {
        var refused = Assert.Throws<ArgumentException>(() => Networks(prefixes));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_prefixes_are_ascending() =>
        Assert.Equal(
            ["10.0.0.0/24", "10.0.1.0/24", "192.0.2.7/32"], Networks(Three).Prefixes.Select(prefix => prefix.ToString()));

    [Fact] // The constructor looks at neighbours only: that has to find any overlap
    public void It_refuses_exactly_the_sets_in_which_two_overlap() =>
        Gen.Select(Gen.UInt[0, 15], Gen.Int[0, 8], (block, length) => Ipv4Prefix.Around(new Ipv4Address(block << 24), length))
            .Array[0, 5]
            .Sample(prefixes =>
            {
                var overlap = prefixes.Index().Any(one => prefixes.Skip(one.Index + 1).Any(other => one.Item.Overlaps(other)));
                var refusal = Record.Exception(() => new ManagedNetworks(prefixes));
                Assert.Equal(overlap ? typeof(ArgumentException) : null, refusal?.GetType());
            });

    private static ManagedNetworks Networks(string prefixes) =>
        new(prefixes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => Ipv4Prefix.Parse(text)));
}
