using CsCheck;
using Leasequery.Domain.Networks;
using Leasequery.Wire;

namespace Leasequery.Domain.Tests.Networks;

public class PrefixTableTests
{
    private const string Nested = "10.0.0.0/8 10.1.0.0/16 10.1.2.0/24";

    [Theory]
    // nested: the most specific one wins, and the outer one goes on behind it
    [InlineData(Nested, "10.0.255.255", "10.0.0.0/8")]
    [InlineData(Nested, "10.1.1.255", "10.1.0.0/16")]
    [InlineData(Nested, "10.1.2.0", "10.1.2.0/24")]
    [InlineData(Nested, "10.1.2.255", "10.1.2.0/24")]
    [InlineData(Nested, "10.1.3.0", "10.1.0.0/16")]
    [InlineData(Nested, "10.2.0.0", "10.0.0.0/8")]
    [InlineData(Nested, "11.0.0.0", null)]
    [InlineData(Nested, "9.255.255.255", null)]
    // nested with the same beginning, and with the same end
    [InlineData("10.0.0.0/8 10.0.0.0/16", "10.0.0.0", "10.0.0.0/16")]
    [InlineData("10.0.0.0/8 10.0.0.0/16", "10.1.0.0", "10.0.0.0/8")]
    [InlineData("10.0.0.0/8 10.255.0.0/16", "10.255.255.255", "10.255.0.0/16")]
    [InlineData("10.0.0.0/8 10.255.0.0/16", "11.0.0.0", null)]
    // adjacent
    [InlineData("10.0.0.0/24 10.0.1.0/24", "10.0.0.255", "10.0.0.0/24")]
    [InlineData("10.0.0.0/24 10.0.1.0/24", "10.0.1.0", "10.0.1.0/24")]
    [InlineData("10.0.0.0/24 10.0.1.0/24", "10.0.2.0", null)]
    // everything, and single addresses
    [InlineData("0.0.0.0/0", "0.0.0.0", "0.0.0.0/0")]
    [InlineData("0.0.0.0/0", "255.255.255.255", "0.0.0.0/0")]
    [InlineData("0.0.0.0/0 10.0.0.1/32", "10.0.0.0", "0.0.0.0/0")]
    [InlineData("0.0.0.0/0 10.0.0.1/32", "10.0.0.1", "10.0.0.1/32")]
    [InlineData("0.0.0.0/0 10.0.0.1/32", "10.0.0.2", "0.0.0.0/0")]
    [InlineData("0.0.0.0/32", "0.0.0.0", "0.0.0.0/32")]
    [InlineData("0.0.0.0/32", "0.0.0.1", null)]
    [InlineData("255.255.255.255/32", "255.255.255.255", "255.255.255.255/32")]
    [InlineData("255.255.255.255/32", "255.255.255.254", null)]
    [InlineData("0.0.0.0/0 255.255.255.255/32", "255.255.255.255", "255.255.255.255/32")]
    [InlineData("", "10.0.0.1", null)]
    public void The_most_specific_prefix_is_found(string prefixes, string address, string? found)
    {
        var entries = prefixes.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(text => (Ipv4Prefix.Parse(text), text))
            .ToList();
        Assert.Equal(found, new PrefixTable<string>(entries).Find(Ipv4Address.Parse(address)));
        entries.Reverse();
        Assert.Equal(found, new PrefixTable<string>(entries).Find(Ipv4Address.Parse(address)));
    }

    [Fact]
    public void A_prefix_given_twice_is_refused_by_its_name()
    {
        var prefix = Ipv4Prefix.Parse("10.0.0.0/8");
        var refused = Assert.Throws<ArgumentException>(() => new PrefixTable<string>([(prefix, "a"), (prefix, "b")]));
        Assert.Contains("10.0.0.0/8", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_entries_are_ascending()
    {
        string[] ascending = ["0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/16", "10.1.0.0/16"];
        var table = new PrefixTable<string>(ascending.Select(text => (Ipv4Prefix.Parse(text), text)).OrderDescending());
        Assert.Equal(ascending, table.Entries.Select(entry => entry.Value));
    }

    // Bits from few places, so that prefixes nest, touch, and share beginnings and ends.
    private static readonly Gen<uint> Addresses = Gen.OneOf(
        Gen.UInt,
        Gen.UInt[0, 0x0f].Select(bits => bits << 28),
        Gen.UInt[0, 0xff],
        Gen.UInt[0, 0xff].Select(bits => uint.MaxValue - bits));

    private static readonly Gen<Ipv4Prefix[]> Prefixes =
        Gen.Select(Addresses, Gen.Int[0, 32], (address, length) => Ipv4Prefix.Around(new Ipv4Address(address), length))
            .Array[0, 20].Select(prefixes => prefixes.Distinct().ToArray());

    [Fact]
    public void It_finds_what_a_look_at_each_prefix_finds() =>
        Gen.Select(Prefixes, Addresses.Array[1, 20]).Sample((prefixes, addresses) =>
        {
            var table = new PrefixTable<string>(prefixes.Select(prefix => (prefix, prefix.ToString())));
            var edges = prefixes.SelectMany(prefix => new[]
            {
                // Around the ends of the space too.
                prefix.First.Value - 1, prefix.First.Value, prefix.Last.Value, prefix.Last.Value + 1,
            });
            foreach (var address in addresses.Concat(edges).Select(value => new Ipv4Address(value)))
            {
                var around = prefixes.Where(prefix => prefix.Contains(address)).ToList();
                Assert.Equal(around.Count == 0 ? null : around.MaxBy(prefix => prefix.Length).ToString(), table.Find(address));
            }
        });
}
