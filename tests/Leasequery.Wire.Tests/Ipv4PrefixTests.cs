using CsCheck;

namespace Leasequery.Wire.Tests;

public class Ipv4PrefixTests
{
    [Theory]
    [InlineData("0.0.0.0/0", "0.0.0.0", "255.255.255.255", 4_294_967_296)]
    [InlineData("10.0.0.0/8", "10.0.0.0", "10.255.255.255", 16_777_216)]
    [InlineData("10.1.2.128/25", "10.1.2.128", "10.1.2.255", 128)]
    [InlineData("10.1.2.2/31", "10.1.2.2", "10.1.2.3", 2)]
    [InlineData("10.1.2.3/32", "10.1.2.3", "10.1.2.3", 1)]
    public void Covers_from_first_to_last(string text, string first, string last, ulong count)
    {
        var prefix = Ipv4Prefix.Parse(text);
        Assert.Equal(text, prefix.ToString());
        Assert.Equal(first, prefix.First.ToString());
        Assert.Equal(last, prefix.Last.ToString());
        Assert.Equal(count, prefix.Count);
    }

    [Fact]
    public void An_address_alone_is_a_prefix_of_32() =>
        Assert.Equal(Ipv4Prefix.Parse("10.1.2.3/32"), Ipv4Prefix.Parse("10.1.2.3"));

    [Theory]
    [InlineData("")]
    [InlineData("/8")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/+8")]
    [InlineData("10.0.0.0/ 8")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData("10.0.0.0/255.0.0.0")]
    [InlineData("10.0.0/8")]
    [InlineData("10.0.0.1/8")] // bits behind the prefix
    [InlineData("0.0.0.1/0")]
    public void Refuses_what_is_not_a_prefix(string text)
    {
        Assert.False(Ipv4Prefix.TryParse(text, out _));
        Assert.Throws<FormatException>(() => Ipv4Prefix.Parse(text));
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.255.255.255", true)]
    [InlineData("10.0.0.0/8", "11.0.0.0", false)]
    [InlineData("10.0.0.0/8", "9.255.255.255", false)]
    [InlineData("0.0.0.0/0", "255.255.255.255", true)]
    [InlineData("10.0.0.1/32", "10.0.0.1", true)]
    [InlineData("10.0.0.1/32", "10.0.0.2", false)]
    public void Contains_what_shares_its_bits(string prefix, string address, bool contains) =>
        Assert.Equal(contains, Ipv4Prefix.Parse(prefix).Contains(Ipv4Address.Parse(address)));

    [Theory]
    [InlineData("10.0.0.0/8", "10.1.0.0/16", true)]
    [InlineData("10.0.0.0/8", "10.0.0.0/8", true)]
    [InlineData("10.0.0.0/8", "11.0.0.0/8", false)]
    [InlineData("10.0.0.0/9", "10.128.0.0/9", false)]
    [InlineData("0.0.0.0/0", "255.0.0.0/8", true)]
    public void Overlaps_when_one_contains_the_other(string left, string right, bool overlaps)
    {
        Assert.Equal(overlaps, Ipv4Prefix.Parse(left).Overlaps(Ipv4Prefix.Parse(right)));
        Assert.Equal(overlaps, Ipv4Prefix.Parse(right).Overlaps(Ipv4Prefix.Parse(left)));
    }

    [Theory]
    [InlineData("10.1.2.3", 24, "10.1.2.0/24")]
    [InlineData("10.1.2.3", 32, "10.1.2.3/32")]
    [InlineData("255.255.255.255", 0, "0.0.0.0/0")]
    public void Is_built_around_an_address(string address, int length, string block) =>
        Assert.Equal(block, Ipv4Prefix.Around(Ipv4Address.Parse(address), length).ToString());

    [Theory]
    [InlineData(-1)]
    [InlineData(33)]
    public void Cannot_be_built_with_a_length_that_no_prefix_has(int length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Ipv4Prefix.Around(Ipv4Address.Loopback, length));

    [Fact]
    public void Sorts_by_first_address_then_the_wider_one_first()
    {
        string[] prefixes = ["10.0.0.0/16", "200.0.0.0/8", "10.0.0.0/8", "9.0.0.0/8"];
        var sorted = prefixes.Select(text => Ipv4Prefix.Parse(text)).Order();
        Assert.Equal("9.0.0.0/8 10.0.0.0/8 10.0.0.0/16 200.0.0.0/8", string.Join(' ', sorted));
    }

    [Fact]
    public void The_block_around_an_address_contains_it_and_is_read_back() =>
        Gen.Select(Gen.UInt, Gen.Int[0, 32]).Sample((value, length) =>
        {
            var address = new Ipv4Address(value);
            var block = Ipv4Prefix.Around(address, length);
            return block.Contains(address) && block.First <= address && address <= block.Last
                && block.Last.Value - (ulong)block.First.Value + 1 == block.Count
                && Ipv4Prefix.Parse(block.ToString()) == block;
        });
}
