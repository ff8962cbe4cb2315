using Leasequery.Load.Traffic;
using Leasequery.Wire;

namespace Leasequery.Load.Tests.Traffic;

public class AddressPatternSpec
{
    private static readonly AddressRange Range = new(Ipv4Address.Parse("10.0.0.0"), 1000);

    [Theory]
    [InlineData("uniform")]
    [InlineData("zipf")]
    [InlineData("scan")]
    public void Addresses_lie_in_the_range_and_the_same_seed_gives_the_same_ones(string name)
    {
        var addresses = Take(AddressPattern.Create(name, Range, 7), 5000);
        Assert.All(addresses, address => Assert.InRange(Range.IndexOf(address), 0, Range.Count - 1));
        Assert.Equal(addresses, Take(AddressPattern.Create(name, Range, 7), 5000));
    }

    [Theory]
    [InlineData("uniform")]
    [InlineData("zipf")]
    public void Another_seed_gives_others(string name) =>
        Assert.NotEqual(Take(AddressPattern.Create(name, Range, 1), 100), Take(AddressPattern.Create(name, Range, 2), 100));

    [Fact]
    public void Uniform_wants_all_about_equally_often()
    {
        var counts = Counts("uniform", 200_000);
        Assert.Equal(Range.Count, counts.Count);
        Assert.InRange(counts.Values.Max(), 200, 300); // 200 is the mean, the deviation is 14
    }

    [Fact]
    public void Zipf_wants_the_first_about_twice_as_often_as_the_second_and_so_on()
    {
        var counts = Counts("zipf", 200_000).Values.OrderDescending().ToList();
        Assert.InRange((double)counts[0] / counts[1], 1.5, 2.2);
        Assert.InRange((double)counts[0] / counts[9], 6.5, 11); // rounding down to a rank takes a little from the first
    }

    [Fact]
    public void A_scan_goes_through_the_range_and_begins_anew()
    {
        var addresses = Take(AddressPattern.Create("scan", Range, 0), Range.Count + 2);
        Assert.Equal(Enumerable.Range(0, Range.Count).Append(0).Append(1), addresses.Select(Range.IndexOf));
    }

    [Fact]
    public void Scans_of_several_sockets_begin_in_different_places()
    {
        var firsts = Enumerable.Range(0, 4)
            .Select(part => Range.IndexOf(Take(AddressPattern.Create("scan", Range, 0, part, 4), 1)[0]));
        Assert.Equal([0, 250, 500, 750], firsts);
    }

    private static Dictionary<Ipv4Address, int> Counts(string name, int draws) =>
        Take(AddressPattern.Create(name, Range, 1), draws).GroupBy(address => address)
            .ToDictionary(group => group.Key, group => group.Count());

    private static List<Ipv4Address> Take(IAddressSource source, int count)
    {
        var taken = new List<Ipv4Address>();
        while (taken.Count < count && source.TryNext(out var address))
            taken.Add(address);
        return taken;
    }
}
