using Akka.Configuration;
using Akka.Configuration.Hocon;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Tests.Support;
using Leasequery.Domain.Networks;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Actors.Tests.Settings;

public class LeasequerySettingsTests
{
    /// <summary>Keys whose value may be any text: that they are read, no wrong value shows.</summary>
    private static readonly string[] AnyText =
    [
        "store.directory", "store.postgresql.host", "store.postgresql.database", "store.postgresql.username",
        "store.postgresql.password", "store.postgresql.root-certificate",
        "cluster.host", "cluster.tls.certificate", "cluster.tls.key", "cluster.tls.authority",
    ];

    private static readonly string Shipped = Path.Combine(AppContext.BaseDirectory, "hocon");

    public static TheoryData<string, string, string> Wrong => new()
    {
        { "networks = []", "leasequery.networks = []", "at least one prefix that the service manages, such as [\"10.0.0.0/8\"]" },
        { "networks = \"10.0.0.0/8\"", "leasequery.networks = \"10.0.0.0/8\"", "a list" },
        {
            "networks = [\"10.0.0.1/8\"]",
            "leasequery.networks[0] = \"10.0.0.1/8\"",
            "a prefix such as 10.0.0.0/8, with no bits behind its length"
        },
        {
            "networks = [\"10.0.0.0/8\", \"ten\"]",
            "leasequery.networks[1] = \"ten\"",
            "a prefix such as 10.0.0.0/8, with no bits behind its length"
        },
        {
            "networks = [\"10.0.0.0/8\", \"10.1.0.0/16\"]",
            "leasequery.networks = [\"10.0.0.0/8\", \"10.1.0.0/16\"]",
            "prefixes that do not overlap; 10.1.0.0/16 lies inside 10.0.0.0/8"
        },
        { "requestors = []", "leasequery.requestors = []", "at least one { prefix = \"...\" } that may ask" },
        {
            "requestors = [\"10.9.0.0/16\"]",
            "leasequery.requestors[0] = \"10.9.0.0/16\"",
            "an object with the keys prefix, dialect, draft-query, reply-port"
        },
        {
            "requestors = [{ dialect = draft-0 }]",
            "leasequery.requestors[0].prefix = (nothing)",
            "a prefix such as 10.1.0.0/16, with no bits behind its length"
        },
        {
            "requestors = [{ prefix = \"10.9.0.0/16\", port = 67 }]",
            "leasequery.requestors[0] = port",
            "an object with the keys prefix, dialect, draft-query, reply-port"
        },
        {
            "requestors = [{ prefix = \"10.9.0.0/16\" }, { prefix = \"10.9.0.0/16\" }]",
            "leasequery.requestors = [{ prefix = \"10.9.0.0/16\" }, { prefix = \"10.9.0.0/16\" }]",
            "each prefix once; 10.9.0.0/16 is given twice"
        },
        {
            "requestors = [{ prefix = \"10.9.0.0/16\", dialect = rfc4388 }]",
            "leasequery.requestors[0].dialect = \"rfc4388\"",
            "draft-0, draft-2 or draft-4"
        },
        {
            "requestors = [{ prefix = \"10.9.0.0/16\", draft-query = 10 }]",
            "leasequery.requestors[0].draft-query = \"10\"",
            "a number from 11 to 254"
        },
        { "dialect = draft-1", "leasequery.dialect = \"draft-1\"", "draft-0, draft-2 or draft-4" },
        { "draft-query = 255", "leasequery.draft-query = \"255\"", "a number from 11 to 254" },
        { "reply-port = 0", "leasequery.reply-port = \"0\"", "giaddr, source or a port from 1 to 65535" },
        { "reply-port = 65536", "leasequery.reply-port = \"65536\"", "giaddr, source or a port from 1 to 65535" },
        {
            "gleaning.relays = [\"10.9.0.0/33\"]",
            "leasequery.gleaning.relays[0] = \"10.9.0.0/33\"",
            "a prefix such as 10.0.0.0/8, with no bits behind its length"
        },
        { "gleaning.kept-options = [0]", "leasequery.gleaning.kept-options[0] = \"0\"", "an option code from 1 to 254" },
        { "gleaning.kept-options = [3, 255]", "leasequery.gleaning.kept-options[1] = \"255\"", "an option code from 1 to 254" },
        { "gleaning.max-in-flight = 0", "leasequery.gleaning.max-in-flight = \"0\"", "a number from 1 to 2147483647" },
        { "ingress.listen = []", "leasequery.ingress.listen = []", "at least one endpoint, each once" },
        {
            "ingress.listen = [\"0.0.0.0:67\", \"0.0.0.0\"]",
            "leasequery.ingress.listen = [\"0.0.0.0:67\", \"0.0.0.0\"]",
            "at least one endpoint, each once"
        },
        {
            "ingress.listen = [\"localhost:67\"]",
            "leasequery.ingress.listen[0] = \"localhost:67\"",
            "an endpoint such as 0.0.0.0:67"
        },
        { "ingress.loops = 65", "leasequery.ingress.loops = \"65\"", "a number from 1 to 64" },
        { "ingress.loops = many", "leasequery.ingress.loops = \"many\"", "a number from 1 to 64" },
        { "ingress.batch-size = 0", "leasequery.ingress.batch-size = \"0\"", "a number from 1 to 1024" },
        { "ingress.cpus = [0, 1024]", "leasequery.ingress.cpus[1] = \"1024\"", "the number of a CPU, from 0 to 1023" },
        { "ingress.cpus = [-1]", "leasequery.ingress.cpus[0] = \"-1\"", "the number of a CPU, from 0 to 1023" },
        { "ingress.cpus = [0, 1, 0]", "leasequery.ingress.cpus = [\"0\", \"1\", \"0\"]", "each CPU once" },
        { "ingress.nice = -21", "leasequery.ingress.nice = \"-21\"", "a number from -20 to 0" },
        { "ingress.nice = 1", "leasequery.ingress.nice = \"1\"", "a number from -20 to 0" },
        { "ingress.batching = auto", "leasequery.ingress.batching = \"auto\"", "on or off" },
        { "ingress.segmentation = 64", "leasequery.ingress.segmentation = \"64\"", "on or off" },
        { "ingress.coalescing = \"\"", "leasequery.ingress.coalescing = \"\"", "on or off" },
        {
            "ingress.receive-buffer = 1 KiB",
            "leasequery.ingress.receive-buffer = \"1 KiB\"",
            "a size with its unit, from 4096 to 1073741824 bytes"
        },
        {
            "ingress.max-questions-in-flight = -1",
            "leasequery.ingress.max-questions-in-flight = \"-1\"",
            "a number from 1 to 2147483647"
        },
        {
            "ingress.in-flight-timeout = 2 m",
            "leasequery.ingress.in-flight-timeout = \"2 m\"",
            "a time with its unit, from 100 ms to 1 m"
        },
        {
            "ingress.in-flight-timeout = soon",
            "leasequery.ingress.in-flight-timeout = \"soon\"",
            "a time with its unit, from 100 ms to 1 m"
        },
        {
            "addresses.passivate-after = infinite",
            "leasequery.addresses.passivate-after = \"infinite\"",
            "a time with its unit, from 1 s to 1 h"
        },
        { "addresses.max-resident = 0", "leasequery.addresses.max-resident = \"0\"", "a number from 1 to 10000000" },
        { "addresses.shards = 4097", "leasequery.addresses.shards = \"4097\"", "a number from 1 to 4096" },
        { "store.directory = \"\"", "leasequery.store.directory = \"\"", "a directory" },
        { "store.synchronous = off", "leasequery.store.synchronous = \"off\"", "full or normal" },
        { "store.max-batch = 10001", "leasequery.store.max-batch = \"10001\"", "a number from 1 to 10000" },
        {
            "store.probe-interval = 10 ms",
            "leasequery.store.probe-interval = \"10 ms\"",
            "a time with its unit, from 100 ms to 1 m"
        },
        { "store.kind = oracle", "leasequery.store.kind = \"oracle\"", "sqlite or postgresql" },
        {
            "store.postgresql.host = \"\"",
            "leasequery.store.postgresql.host = \"\"",
            "a host name, an address, or the directory of a Unix socket"
        },
        {
            "store.postgresql.host = \"one,two\"",
            "leasequery.store.postgresql.host = \"one,two\"",
            "a host name, an address, or the directory of a Unix socket"
        },
        { "store.postgresql.port = 65536", "leasequery.store.postgresql.port = \"65536\"", "a number from 1 to 65535" },
        { "store.postgresql.database = \"\"", "leasequery.store.postgresql.database = \"\"", "the name of a database" },
        {
            "store.postgresql.username = \"\"", "leasequery.store.postgresql.username = \"\"",
            "the name of a user of the database"
        },
        { "store.postgresql.password = [secret]", "leasequery.store.postgresql.password = \"***\"", "a text" },
        {
            "store.postgresql.ssl-mode = on",
            "leasequery.store.postgresql.ssl-mode = \"on\"",
            "one of disable, prefer, require, verify-ca, verify-full"
        },
        { "store.postgresql.writers = 0", "leasequery.store.postgresql.writers = \"0\"", "a number from 1 to 16" },
        { "store.postgresql.readers = 65", "leasequery.store.postgresql.readers = \"65\"", "a number from 1 to 64" },
        {
            "store.postgresql.connect-timeout = 0 s",
            "leasequery.store.postgresql.connect-timeout = \"0 s\"",
            "a time with its unit, from 1 s to 1 m"
        },
        {
            "store.postgresql.command-timeout = 10",
            "leasequery.store.postgresql.command-timeout = \"10\"",
            "a time with its unit, from 1 s to 5 m"
        },
        {
            "store.postgres { username = me, password = secret }",
            "leasequery.store.postgres = { username = \"me\", password = \"***\" }",
            "no such key; leasequery.store has kind, directory, synchronous, max-batch, probe-interval, postgresql"
        },
        {
            "monitoring.listen = here", "leasequery.monitoring.listen = \"here\"",
            "an endpoint with its port such as 127.0.0.1:9067, or off"
        },
        {
            "monitoring.listen = \"127.0.0.1\"", "leasequery.monitoring.listen = \"127.0.0.1\"",
            "an endpoint with its port such as 127.0.0.1:9067, or off"
        },
        { "shutdown-timeout = 0 s", "leasequery.shutdown-timeout = \"0 s\"", "a time with its unit, from 1 s to 5 m" },
        {
            "ingres.loops = 2",
            "leasequery.ingres = { loops = \"2\" }",
            "no such key; leasequery has networks, requestors, dialect, draft-query, reply-port, static-devices, "
            + "gleaning, ingress, upstream, addresses, cluster, store, monitoring, shutdown-timeout, shutdown-grace"
        },
        {
            "ingress.loop = 2",
            "leasequery.ingress.loop = \"2\"",
            "no such key; leasequery.ingress has listen, loops, cpus, nice, batching, batch-size, segmentation, coalescing, "
            + "receive-buffer, max-questions-in-flight, in-flight-timeout"
        },
        {
            "ingress = 2",
            "leasequery.ingress = \"2\"",
            "an object with the keys listen, loops, cpus, nice, batching, batch-size, segmentation, coalescing, receive-buffer, "
            + "max-questions-in-flight, in-flight-timeout"
        },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_setting_is_refused_in_one_line_that_says_what_would_be_right(string hocon, string setting, string allowed)
    {
        var refused = Assert.Throws<SettingsException>(() => Node.Settings(hocon));
        Assert.Equal($"{setting}: {allowed}", refused.Message);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("leasequery { }")]
    [InlineData("akka.loglevel = INFO")]
    public void Without_networks_there_is_nothing_to_do(string hocon) =>
        Assert.Equal("leasequery.networks", Assert.Throws<SettingsException>(() => From(hocon)).Key);

    [Fact]
    public void What_should_be_a_section_and_is_none_is_refused() =>
        Assert.Equal("leasequery", Assert.Throws<SettingsException>(() => From("leasequery = 5")).Key);

    [Fact]
    public void Every_key_of_the_reference_is_read()
    {
        var keys = Leaves(LeasequerySettings.Reference.GetValue("leasequery").GetObject(), "").ToArray();
        Assert.Contains("ingress.in-flight-timeout", keys);
        Assert.All(keys.Except(AnyText), key =>
            Assert.StartsWith($"leasequery.{key}",
                Assert.Throws<SettingsException>(() => Node.Settings($"{key} = \"no such value\"")).Key,
                StringComparison.Ordinal));
        Assert.All(AnyText, key => Assert.Contains(key, keys));
    }

    [Fact]
    public void The_shipped_reference_is_the_embedded_one() =>
        Assert.Equal(
            ConfigurationFactory.ParseString(File.ReadAllText(Path.Combine(Shipped, "reference.conf"))).ToString(),
            LeasequerySettings.Reference.ToString());

    [Fact]
    public void What_is_not_said_has_the_default()
    {
        var settings = From("""leasequery { networks = ["10.0.0.0/8"], requestors = [{ prefix = "10.255.0.0/16" }] }""");
        Assert.Equal(["0.0.0.0:67"], settings.Ingress.Listen.Select(endpoint => endpoint.ToString()));
        var ingress = settings.Ingress;
        Assert.Equal((1, 64, 4 << 20, 10_000, TimeSpan.FromSeconds(5)),
            (ingress.Loops, ingress.BatchSize, ingress.ReceiveBuffer, ingress.MaxQuestionsInFlight, ingress.InFlightTimeout));
        Assert.Equal((true, true, true, 0), (ingress.Batching, ingress.Segmentation, ingress.Coalescing, ingress.Cpus.Count));
        Assert.Equal(new StoreSettings("leasequery-data", true, 1000, TimeSpan.FromSeconds(1)), settings.Store);
        Assert.Equal((64, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20), 20_000),
            (settings.Shards, settings.PassivateAfter, settings.ShutdownTimeout, settings.MaxGleaningInFlight));
        Assert.Equal("127.0.0.1:9067", settings.Monitoring.ToString());
        Assert.Equal("1 3", settings.KeptOptions.ToString().Replace(",", "", StringComparison.Ordinal));
        Assert.Equal(new RequestorProfile(LeasequeryDialect.Draft0, (DhcpMessageType)13),
            settings.Requestors.Find(Ipv4Address.Parse("10.255.0.1")));
    }

    [Fact]
    public void The_password_of_the_database_is_in_nothing_that_can_be_shown()
    {
        var settings = Node.Settings("store { kind = postgresql, postgresql { host = db, password = secret } }");
        var store = settings.Store;
        Assert.Equal((StoreKind.PostgreSql, "db", "secret"), (store.Kind, store.PostgreSql.Host, store.PostgreSql.Password));
        string[] shown =
        [
            settings.Config.ToString(), settings.Config.ToString(true), settings.Config.Root.ToString(), settings.ToString(),
            store.ToString(), store.Place,
        ];
        Assert.All(shown, text => Assert.DoesNotContain("secret", text));
    }

    [Fact]
    public void A_comment_may_stand_behind_a_value()
    {
        var settings = Node.Settings("""
            networks = ["10.1.0.0/16"] # ours
            gleaning.relays = [ ] # those who ask
            gleaning { kept-options = [3] }
            ingress.loops = 2 # one a core
            """);
        Assert.Equal(["10.1.0.0/16"], settings.Networks.Prefixes.Select(prefix => prefix.ToString()));
        Assert.Equal((2, OptionSet.Of(DhcpOption.Router)), (settings.Ingress.Loops, settings.KeptOptions));
    }

    [Fact]
    public void Monitoring_can_be_off() => Assert.Null(Node.Settings("monitoring.listen = off").Monitoring);

    [Fact]
    public void The_most_specific_prefix_says_how_a_requestor_speaks_and_the_rest_is_the_default()
    {
        var requestors = Node.Settings("""
            dialect = draft-2, draft-query = 14, reply-port = source
            requestors = [
              { prefix = "10.9.0.0/16" }
              { prefix = "10.9.4.0/24", dialect = draft-4 }
              { prefix = "10.9.4.8/32", draft-query = 200, reply-port = 1067 }
              { prefix = "10.9.5.0/24", reply-port = giaddr }
            ]
            """).Requestors;
        var common = new RequestorProfile(LeasequeryDialect.Draft2, (DhcpMessageType)14, ReplyPort.Source);
        Assert.Null(Of("10.8.255.255"));
        Assert.Equal(common, Of("10.9.3.255"));
        Assert.Equal(common with { DraftDialect = LeasequeryDialect.Draft4 }, Of("10.9.4.7"));
        Assert.Equal(
            common with { DraftQuery = (DhcpMessageType)200, ReplyPort = ReplyPort.Fixed, FixedReplyPort = 1067 },
            Of("10.9.4.8"));
        Assert.Equal(common with { ReplyPort = ReplyPort.Server }, Of("10.9.5.0"));

        RequestorProfile? Of(string address) => requestors.Find(Ipv4Address.Parse(address));
    }

    [Fact]
    public void Those_who_may_ask_may_be_gleaned_from_unless_relays_are_named()
    {
        var nested = """requestors = [{ prefix = "10.9.4.0/24" }, { prefix = "10.9.0.0/16" }, { prefix = "10.8.0.0/16" }]""";
        Assert.Equal(["10.8.0.0/16", "10.9.0.0/16"], Node.Settings(nested).Relays.Prefixes.Select(prefix => prefix.ToString()));
        Assert.Equal(["10.7.0.0/16"],
            Node.Settings($"{nested}, gleaning.relays = [\"10.7.0.0/16\"]").Relays.Prefixes.Select(prefix => prefix.ToString()));
    }

    [Fact]
    public void The_rest_of_the_configuration_is_kept_for_Akka() =>
        Assert.Equal("INFO", From(
            """
            leasequery { networks = ["10.0.0.0/8"], requestors = [{ prefix = "10.255.0.0/16" }] }
            akka.loglevel = INFO
            """).Config.GetString("akka.loglevel"));

    private static LeasequerySettings From(string hocon) => LeasequerySettings.From(ConfigurationFactory.ParseString(hocon));

    private static IEnumerable<string> Leaves(HoconObject section, string path) => section.Items.SelectMany(item =>
        item.Value.GetObject() is { } inner ? Leaves(inner, $"{path}{item.Key}.") : [$"{path}{item.Key}"]);
}
