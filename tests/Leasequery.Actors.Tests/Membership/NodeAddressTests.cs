using Leasequery.Actors.Membership;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Tests.Support;
using Leasequery.Wire;

namespace Leasequery.Actors.Tests.Membership;

public class NodeAddressTests
{
    [Theory] // seeds, own addresses, the one that is chosen
    [InlineData("\"10.0.0.1\", \"10.0.0.2\"", "127.0.0.1 10.0.0.2 192.0.2.1", "10.0.0.2")]
    [InlineData("\"10.0.0.1:7450\"", "10.0.0.1 10.0.0.2", "10.0.0.1")]
    [InlineData("nodes.example.net", "127.0.0.1 10.244.1.7", "10.244.1.7")]
    [InlineData("\"127.0.1.2\", \"127.0.1.3\"", "127.0.0.1 127.0.1.3 10.0.0.1", "127.0.1.3")]
    public void An_address_among_the_seeds_or_the_only_one_outside(string seeds, string own, string chosen) =>
        Assert.Equal(chosen, Choose(seeds, own).ToString());

    [Theory]
    [InlineData("nodes.example.net", "127.0.0.1 10.0.0.1 10.0.0.2", "one of 127.0.0.1, 10.0.0.1, 10.0.0.2", false)]
    [InlineData("nodes.example.net", "127.0.0.1", "one of 127.0.0.1", true)] // the network is not there yet
    [InlineData("\"10.0.0.1\", \"10.0.0.2\"", "10.0.0.1 10.0.0.2", "one of 10.0.0.1, 10.0.0.2", false)]
    [InlineData("\"10.0.0.1\"", "127.0.0.1 10.0.1.1 10.0.2.1", "one of 127.0.0.1, 10.0.1.1, 10.0.2.1", true)] // nor that one
    [InlineData("\"10.0.0.1:7451\"", "10.0.0.1 10.0.0.2", "one of 10.0.0.1, 10.0.0.2", true)] // the port is another node's
    public void Where_it_is_not_clear_it_is_asked_for(string seeds, string own, string message, bool mayPass)
    {
        var refused = Assert.Throws<SettingsException>(() => Choose(seeds, own));
        Assert.Equal("leasequery.cluster.host", refused.Key);
        Assert.Contains(message, refused.Message);
        Assert.Equal(mayPass, refused.MayPass);
    }

    [Fact]
    public async Task Nodes_are_sorted_as_numbers_and_names_that_are_not_known_yet_stand_for_one_each()
    {
        const string names = "\"10.0.0.10\", \"10.0.0.9:7\", no-such-name.invalid, \"10.0.0.9\", \"10.0.0.10\"";
        var seeds = Node.Settings($"store.kind = postgresql, cluster.seeds = [{names}]").Cluster.Seeds;
        var found = await SeedResolver.ResolveAsync(seeds, CancellationToken.None);
        Assert.Equal("10.0.0.9:7, 10.0.0.9:7450, 10.0.0.10:7450; not known yet: no-such-name.invalid:7450", $"{found}");
        Assert.Equal(4, found.NodesToBe(0));
        Assert.Equal(7, found.NodesToBe(7)); // as the settings say
    }

    private static Ipv4Address Choose(string seeds, string own) =>
        NodeAddress.Choose(
            Node.Settings($"store.kind = postgresql, cluster.seeds = [{seeds}]").Cluster,
            [.. own.Split(' ').Select(text => Ipv4Address.Parse(text))]);
}
