using Leasequery.Actors.Membership;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Tests.Support;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Settings;

public class MembershipSettingsTests
{
    private const string Seeds = "store.kind = postgresql, cluster.seeds = [\"10.0.0.1\"]";
    private const string SomeName = "HOST or HOST:PORT of a node, or a name of several nodes";
    private const string AllThreeFiles = "a PEM file: certificate, key and authority go together";

    public static TheoryData<string, string, string> Wrong => new()
    {
        { "cluster.seeds = [\"10.0.0\"]", "cluster.seeds[0] = \"10.0.0\"", SomeName },
        { "cluster.seeds = [\"a:0\"]", "cluster.seeds[0] = \"a:0\"", SomeName },
        { "cluster.seeds = [\"a b\"]", "cluster.seeds[0] = \"a b\"", SomeName },
        { "cluster.seeds = [{ host = \"10.0.0.1\" }]", "cluster.seeds[0] = { host = \"10.0.0.1\" }", SomeName },
        { "cluster.seeds = [null]", "cluster.seeds[0] = (nothing)", SomeName },
        { "cluster.nodes = -1", "cluster.nodes = \"-1\"", "a number from 0 to 1000" },
        { "cluster.port = 0", "cluster.port = \"0\"", "a number from 1 to 65535" },
        { "cluster.roles = [all]", "cluster.roles[0] = \"all\"", "ingress or address" },
        {
            "cluster.roles = [address]", "cluster.roles = [\"address\"]",
            "both ingress and address, where leasequery.cluster.seeds names no other node"
        },
        { "cluster.detect-after = 10 ms", "cluster.detect-after = \"10 ms\"", "a time with its unit, from 1 s to 1 m" },
        { "cluster.decide-after = 2 h", "cluster.decide-after = \"2 h\"", "a time with its unit, from 1 s to 1 m" },
        { "cluster.takeover-delay = 0 s", "cluster.takeover-delay = \"0 s\"", "a time with its unit, from 100 ms to 1 m" },
        { "cluster.silence-after = 10 ms", "cluster.silence-after = \"10 ms\"", "a time with its unit, from 1 s to 1 m" },
        {
            "cluster.silence-after = 6 s", "cluster.silence-after = \"6 s\"",
            "no more than detect-after and decide-after together: a node that is cut off falls silent before others answer for it"
        },
        { "cluster.tls.certificate = a.pem", "cluster.tls.key = \"\"", AllThreeFiles },
        { "cluster.tls { certificate = a.pem, key = b.pem }", "cluster.tls.authority = \"\"", AllThreeFiles },
        { "cluster.tls.authority = a.pem", "cluster.tls.certificate = \"\"", AllThreeFiles },
        {
            "cluster.seeds = [\"10.0.0.1\"]", "store.kind = \"sqlite\"",
            "postgresql, where leasequery.cluster.seeds names other nodes: all of them use one store"
        },
        { "shutdown-grace = 5", "shutdown-grace = \"5\"", "a time with its unit, from 0 ms to 5 m" }, // Akka's 5 ms
        { "shutdown-grace = 6 m", "shutdown-grace = \"6 m\"", "a time with its unit, from 0 ms to 5 m" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_setting_is_refused_in_one_line_that_says_what_would_be_right(
        string hocon, string setting, string allowed) =>
        Assert.Equal($"leasequery.{setting}: {allowed}", Assert.Throws<SettingsException>(() => Node.Settings(hocon)).Message);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("0 s", 0)]
    [InlineData("5s", 5)]
    [InlineData("0.5 m", 30)]
    public void A_time_has_a_unit_unless_it_is_none(string written, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Node.Settings($"shutdown-grace = {written}").ShutdownGrace);

    [Fact]
    public void Without_seeds_a_node_is_alone()
    {
        var alone = Node.Settings().Cluster;
        Assert.False(alone.IsClustered);
        Assert.Equal(NodeRoles.All, alone.Roles);
        Assert.Null(alone.Tls);
    }

    [Theory]
    [InlineData("[]", NodeRoles.None)]
    [InlineData("[ingress]", NodeRoles.Ingress)]
    [InlineData("[address]", NodeRoles.Address)]
    [InlineData("[address, ingress]", NodeRoles.All)]
    public void Roles_are_those_that_are_named(string roles, NodeRoles expected) =>
        Assert.Equal(expected, Node.Settings($"{Seeds}, cluster.roles = {roles}").Cluster.Roles);

    [Theory] // the operator's own words on Akka count more than what follows from leasequery.cluster
    [InlineData("", "akka.cluster.split-brain-resolver.stable-after", "7000 ms")]
    [InlineData("akka.cluster.split-brain-resolver.stable-after = 9 s", "akka.cluster.split-brain-resolver.stable-after", "9 s")]
    [InlineData("", "akka.remote.dot-netty.tcp.port", "7450")]
    [InlineData("akka.remote.dot-netty.tcp.port = 1", "akka.remote.dot-netty.tcp.port", "1")]
    [InlineData("", "akka.cluster.failure-detector.acceptable-heartbeat-pause", "3000 ms")]
    [InlineData("", "akka.remote.dot-netty.tcp.enable-ssl", "off")]
    public void What_is_said_becomes_what_Akka_reads(string own, string key, string value)
    {
        var given = Akka.Configuration.ConfigurationFactory.ParseString($$"""
            leasequery { store.kind = postgresql, networks = ["10.1.0.0/16"], requestors = [{ prefix = "10.9.0.0/16" }]
              cluster { seeds = ["10.0.0.1"], decide-after = 7 s } }
            {{own}}
            """);
        var settings = LeasequerySettings.From(given);
        Assert.Equal(value, ClusterConfig.Whole(settings, Endpoint("10.0.0.1:7450")).GetString(key));
    }
}
