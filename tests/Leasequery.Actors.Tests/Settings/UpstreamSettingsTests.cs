using Akka.Configuration;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Upstream;
using Leasequery.Domain.Upstream;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Actors.Tests.Settings;

/// <summary>leasequery.upstream: what is allowed, and what is said of the rest.</summary>
public class UpstreamSettingsTests
{
    private const string OneServer = """servers = [{ address = "192.0.2.1" }]""";

    [Fact]
    public void With_no_servers_nobody_is_asked()
    {
        var settings = Read("");
        Assert.False(settings.HasServers);
        Assert.Empty(settings.Servers);
    }

    [Fact] // RFC 4388 6.5, 6.6
    public void The_defaults_are_those_of_the_manual()
    {
        var settings = Read(OneServer);
        Assert.Equal(new ServerPolicy(128, 20_000, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(4)), settings.Policy);
        Assert.Equal((TimeSpan.FromMinutes(5), TimeSpan.FromHours(1), TimeSpan.FromMinutes(5), TimeSpan.FromHours(1)),
            (settings.UnknownTtl, settings.NakTtl, settings.NoLeaseTtl, settings.ExpiredGrace));
        Assert.Equal((1_000_000, 10_000, WhenSilent.NoAnswer),
            (settings.NegativeEntries, settings.NegativeTurnover, settings.WhenSilent));
    }

    [Theory]
    [InlineData("""{ address = "192.0.2.1" }""", "192.0.2.1:67", LeasequeryDialect.Rfc4388, 13)]
    [InlineData("""{ address = "192.0.2.1:1067", dialect = "rfc4388" }""", "192.0.2.1:1067", LeasequeryDialect.Rfc4388, 13)]
    [InlineData("""{ address = "192.0.2.1", dialect = "draft-0" }""", "192.0.2.1:67", LeasequeryDialect.Draft0, 13)]
    [InlineData("""{ address = "192.0.2.1", dialect = "draft-2" }""", "192.0.2.1:67", LeasequeryDialect.Draft2, 13)]
    [InlineData("""{ address = "192.0.2.1", dialect = draft-4, draft-query = 99 }""", "192.0.2.1:67",
        LeasequeryDialect.Draft4, 99)]
    [InlineData("""{ address = "192.0.2.1", dialect = "probe", draft-query = 11 }""", "192.0.2.1:67", null, 11)]
    public void A_server_has_an_address_and_a_dialect(string server, string name, LeasequeryDialect? dialect, byte draftQuery)
    {
        var read = Assert.Single(Read($"servers = [{server}]").Servers);
        Assert.Equal((name, dialect, draftQuery), (read.Name, read.Dialect, (byte)read.DraftQuery));
    }

    [Fact]
    public void The_number_of_draft_queries_is_that_of_the_service_unless_the_server_has_its_own() =>
        Assert.Equal([99, 14], Read(
            """servers = [{ address = "192.0.2.1" }, { address = "192.0.2.2", draft-query = 14 }]""",
            root: "draft-query = 99").Servers
            .Select(server => (byte)server.DraftQuery));

    [Theory]
    [InlineData("", "10.0.0.7:67", "10.0.0.7")]
    [InlineData("", "0.0.0.0:67\", \"10.0.0.8:67", "10.0.0.8")]
    [InlineData("giaddr = \"10.0.0.8\"", "10.0.0.7:67\", \"10.0.0.8:67", "10.0.0.8")]
    [InlineData("giaddr = \"10.0.0.9\"", "0.0.0.0:67", "10.0.0.9")]
    public void Giaddr_is_as_set_or_the_first_address_that_is_listened_on_N14(string giaddr, string listen, string address) =>
        Assert.Equal(address, Read($"{OneServer}\n{giaddr}", listen).RelayAddress.ToString());

    [Fact]
    public void Giaddr_is_needed_where_the_node_listens_on_all_its_addresses_and_there_are_servers()
    {
        Assert.False(Read("", "0.0.0.0:67").HasServers);
        var refusal = Assert.Throws<SettingsException>(() => Read(OneServer, "0.0.0.0:67"));
        Assert.Equal("leasequery.upstream.giaddr", refusal.Key);
        Assert.Contains("ingress.listen names none", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Giaddr_is_an_address_that_is_listened_on_because_queries_leave_from_it_and_answers_come_to_it()
    {
        const string another = $"{OneServer}\ngiaddr = \"10.0.0.9\"";
        var refusal = Assert.Throws<SettingsException>(() => Read(another, "10.0.0.7:67"));
        Assert.Equal(("leasequery.upstream.giaddr", "\"10.0.0.9\""), (refusal.Key, refusal.Value));
        Assert.StartsWith("an address that leasequery.ingress.listen names", refusal.Allowed, StringComparison.Ordinal);

        // Who asks nobody has no use for it: without servers, or without sockets.
        Read("giaddr = \"10.0.0.9\"", "10.0.0.7:67");
        Read(another, "10.0.0.7:67", "store.kind = postgresql, cluster { seeds = [\"10.0.0.7\"], roles = [address] }");
    }

    [Theory] // servers answer to port 67 of giaddr
    [InlineData("0.0.0.0:67", false)]
    [InlineData("10.0.0.7:6767\", \"10.0.0.7:67", false)]
    [InlineData("10.0.0.7:6767\", \"0.0.0.0:67", false)]
    [InlineData("10.0.0.7:6767", true)]
    [InlineData("10.0.0.7:6767\", \"10.0.0.8:67", true)]
    public void Where_no_port_67_is_listened_on_it_is_said_that_few_servers_will_be_heard(string listen, bool isDoubtful)
    {
        var doubt = Read($"{OneServer}\ngiaddr = \"10.0.0.7\"", listen).Doubt;
        Assert.Equal(isDoubtful, doubt is not null);
        if (isDoubtful)
            Assert.StartsWith("leasequery.ingress.listen has no port 67 of 10.0.0.7 (leasequery.upstream.giaddr)", doubt,
                StringComparison.Ordinal);
        Assert.Null(Read("", listen).Doubt); // nobody is asked
    }

    [Fact]
    public void An_address_that_this_machine_does_not_have_is_refused_by_its_key()
    {
        Read($"{OneServer}\ngiaddr = \"127.0.0.9\"", "0.0.0.0:67").CheckMachine();
        Read("giaddr = \"192.0.2.77\"", "0.0.0.0:67").CheckMachine(); // nobody is asked
        var refusal = Assert.Throws<SettingsException>(
            () => Read($"{OneServer}\ngiaddr = \"192.0.2.77\"", "0.0.0.0:67").CheckMachine());
        Assert.Equal("leasequery.upstream.giaddr", refusal.Key);
        Assert.True(refusal.MayPass); // an address may come
    }

    [Theory]
    [InlineData("window = 1")]
    [InlineData("window = 200")]
    [InlineData("max-waiting = 1")]
    [InlineData("max-waiting = 10000000")]
    [InlineData("patience = 1 s")]
    [InlineData("patience = 10 s")]
    [InlineData("unknown-ttl = 1 s")]
    [InlineData("unknown-ttl = 1 d")]
    [InlineData("nak-ttl = 1 s")]
    [InlineData("nak-ttl = 1 d")]
    [InlineData("no-lease-ttl = 1 s")]
    [InlineData("no-lease-ttl = 1 d")]
    [InlineData("negative-entries = 8")]
    [InlineData("negative-entries = 100000000")]
    [InlineData("negative-turnover = 0")]
    [InlineData("negative-turnover = 10000000")]
    [InlineData("expired-grace = 0 s")]
    [InlineData("expired-grace = 365 d")]
    [InlineData("when-silent = no-answer")]
    [InlineData("when-silent = last-known")]
    public void What_is_in_its_range_is_taken(string setting) => Read($"{OneServer}\n{setting}");

    [Theory]
    [InlineData("window = 0", "window", "a number from 1 to 200")]
    [InlineData("window = 201", "window", "a number from 1 to 200")]
    [InlineData("max-waiting = 0", "max-waiting", "a number from 1 to 10000000")]
    [InlineData("max-waiting = 10000001", "max-waiting", "a number from 1 to 10000000")]
    [InlineData("patience = 999 ms", "patience", "a time with its unit, from 1 s to 10 s")]
    [InlineData("patience = 11 s", "patience", "a time with its unit, from 1 s to 10 s")]
    [InlineData("unknown-ttl = 0 s", "unknown-ttl", "a time with its unit, from 1 s to 24 h")]
    [InlineData("unknown-ttl = 25 h", "unknown-ttl", "a time with its unit, from 1 s to 24 h")]
    [InlineData("nak-ttl = 0 s", "nak-ttl", "a time with its unit, from 1 s to 24 h")]
    [InlineData("nak-ttl = 2 d", "nak-ttl", "a time with its unit, from 1 s to 24 h")]
    [InlineData("no-lease-ttl = 0 s", "no-lease-ttl", "a time with its unit, from 1 s to 24 h")]
    [InlineData("no-lease-ttl = 2 d", "no-lease-ttl", "a time with its unit, from 1 s to 24 h")]
    [InlineData("negative-entries = 7", "negative-entries", "a number from 8 to 100000000")]
    [InlineData("negative-turnover = -1", "negative-turnover", "a number from 0 to 10000000")]
    [InlineData("expired-grace = -1 s", "expired-grace", "a time with its unit, from 0 ms to 8760 h")]
    [InlineData("expired-grace = 366 d", "expired-grace", "a time with its unit, from 0 ms to 8760 h")]
    [InlineData("when-silent = nothing", "when-silent", "no-answer or last-known")]
    [InlineData("giaddr = \"10.0.0\"", "giaddr", "an address of this node")]
    [InlineData("giaddr = \"0.0.0.0\"", "giaddr", "an address of this node")]
    [InlineData("servers = [{ }]", "servers[0].address", "an address, or address:port")]
    [InlineData("""servers = [{ address = "dhcp.example" }]""", "servers[0].address", "an address, or address:port")]
    [InlineData("""servers = [{ address = "0.0.0.0" }]""", "servers[0].address", "an address, or address:port")]
    [InlineData("""servers = [{ address = "192.0.2.1:0" }]""", "servers[0].address", "an address, or address:port")]
    [InlineData("""servers = [{ address = "192.0.2.1", port = 67 }]""",
        "servers[0]", "an object with the keys address, dialect, draft-query")]
    [InlineData("""servers = [{ address = "192.0.2.1", dialect = "draft-1" }]""",
        "servers[0].dialect", "draft-0, draft-2, draft-4, rfc4388 or probe")]
    [InlineData("""servers = [{ address = "192.0.2.1", draft-query = 10 }]""",
        "servers[0].draft-query", "a number from 11 to 254")]
    [InlineData("""servers = [{ address = "192.0.2.1", draft-query = 255 }]""",
        "servers[0].draft-query", "a number from 11 to 254")]
    [InlineData("""servers = [{ address = "192.0.2.1" }, { address = "192.0.2.1:67" }]""", "servers", "each server once")]
    [InlineData("no-such = 1", "no-such", "no such key")]
    public void What_is_not_is_refused_with_its_key_and_what_is_allowed(string setting, string key, string allowed)
    {
        var upstream = setting.StartsWith("servers", StringComparison.Ordinal) ? setting : $"{OneServer}\n{setting}";
        var refusal = Assert.Throws<SettingsException>(() => Read(upstream));
        Assert.Equal($"leasequery.upstream.{key}", refusal.Key);
        Assert.StartsWith(allowed, refusal.Allowed, StringComparison.Ordinal);
    }

    [Fact]
    public void One_address_may_have_two_servers_on_two_ports() =>
        Assert.Equal(["192.0.2.1:67", "192.0.2.1:1067"],
            Read("""servers = [{ address = "192.0.2.1" }, { address = "192.0.2.1:1067" }]""").Servers
                .Select(server => server.Name));

    [Fact] // the blank behind the list is a part of its value to HOCON
    public void A_section_may_stand_on_one_line() => Assert.Single(LeasequerySettings.From(ConfigurationFactory.ParseString(
        """
        leasequery { networks = ["10.1.0.0/16"], requestors = [{ prefix = "10.9.0.0/16" }], ingress.listen = ["10.0.0.7:67"] }
        leasequery { upstream { servers = [{ address = "192.0.2.1" }] } }
        """)).Upstream.Servers);

    private static UpstreamSettings Read(string upstream, string listen = "10.0.0.7:67", string root = "") =>
        LeasequerySettings.From(ConfigurationFactory.ParseString(
            $$"""
            leasequery {
              networks = ["10.1.0.0/16"]
              requestors = [{ prefix = "10.9.0.0/16" }]
              ingress.listen = ["{{listen}}"]
              {{root}}
              upstream {
                {{upstream}}
              }
            }
            """)).Upstream;
}
