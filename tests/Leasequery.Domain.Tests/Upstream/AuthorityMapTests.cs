using System.Collections.Frozen;
using Leasequery.Domain.Networks;
using Leasequery.Domain.Upstream;
using Leasequery.Wire;

namespace Leasequery.Domain.Tests.Upstream;

public class AuthorityMapTests
{
    private const string East = "10.0.0.7";
    private const string West = "10.1.0.7";

    [Theory] // what was learned and forgotten before; who was asked for this question; who is asked now
    [InlineData("", "", East, "one two three", "N19: authority unknown, all are asked")]
    [InlineData("", "two", East, "one three", "N19")]
    [InlineData("", "one two three", East, "", "all were asked")]
    [InlineData("two " + East, "", East, "two", "N17: the known one")]
    [InlineData("two " + East, "", "10.0.0.255", "two", "N41: for its whole network")]
    [InlineData("two " + East, "", West, "one two three", "N41: and for no other")]
    [InlineData("two " + East, "two", East, "one three", "N19: the known one did not settle it")]
    [InlineData("two " + East, "one", East, "two", "N17")]
    [InlineData("two " + East, "one two three", East, "", "all were asked")]
    [InlineData("three " + East + ", one " + East, "", East, "one three",
        "N18: two manage it, asked in the order of all servers")]
    [InlineData("three " + East + ", one " + East, "one", East, "three", "N17")]
    [InlineData("three " + East + ", one " + East, "one three", East, "two", "N19")]
    [InlineData("two " + East + ", two " + East, "", East, "two", "learned twice")]
    [InlineData("two " + East + ", two " + West + ", forget two", "", East, "one two three",
        "silent: everything of it is forgotten")]
    [InlineData("two " + East + ", two " + West + ", forget two", "", West, "one two three", "in every network")]
    [InlineData("two " + East + ", three " + East + ", forget two", "", East, "three", "and nothing of others")]
    [InlineData("two " + East + ", forget two, two " + East, "", East, "two", "learned again")]
    [InlineData("forget two", "", East, "one two three", "nothing to forget")]
    [InlineData("four " + East, "", East, "one two three", "a server that is not ours")]
    [InlineData("forget four", "", East, "one two three", "a server that is not ours")]
    [InlineData("two 192.0.2.1", "", East, "one two three", "learned outside the networks")]
    [InlineData("two 192.0.2.1", "", "192.0.2.1", "", "N16: outside the networks nobody is asked")]
    [InlineData("", "", "192.0.2.1", "", "N16")]
    public void Who_is_asked(string before, string asked, string address, string expected, string why)
    {
        var map = Map();
        foreach (var step in before.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(step => step.Split(' ')))
            if (step[0] == "forget")
                map.Forget(step[1]);
            else
                map.Learn(step[0], Ipv4Address.Parse(step[1]));
        var toAsk = string.Join(' ', map.ToAsk(Ipv4Address.Parse(address), asked.Split(' ').ToFrozenSet()));
        Assert.True(expected == toAsk, $"{why}: {toAsk}");
    }

    [Fact]
    public void It_is_read_while_it_learns_and_forgets()
    {
        var map = Map();
        var nobody = new HashSet<string>();
        Parallel.For(0, 20_000, i =>
        {
            if (i % 3 == 0)
                map.Learn(i % 2 == 0 ? "one" : "two", Ipv4Address.Parse(East));
            else if (i % 101 == 1)
                map.Forget("one");
            var toAsk = map.ToAsk(Ipv4Address.Parse(East), nobody);
            Assert.True(toAsk is ["one"] or ["two"] or ["one", "two"] or ["one", "two", "three"]);
        });
    }

    private static AuthorityMap Map() =>
        new(new ManagedNetworks([Ipv4Prefix.Parse("10.0.0.0/24"), Ipv4Prefix.Parse("10.1.0.0/16")]), ["one", "two", "three"]);
}
