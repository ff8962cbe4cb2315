using Akka.Configuration;
using Leasequery.Domain.Networks;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Actors.Settings;

/// <summary>
/// Everything under <c>leasequery { }</c>, read and checked once at start. hocon/reference.conf has the meaning, unit and
/// price of each key.
/// </summary>
public sealed record LeasequerySettings
{
    private const string Root = "leasequery";
    private static readonly Config WithoutSecrets =
        ConfigurationFactory.ParseString($"{Root}.store.postgresql.{SettingsReader.Password} = \"\"");
    internal const int LowestDraftQuery = 11; // 1 to 10 have their fixed meaning in a BOOTREQUEST
    internal const int HighestDraftQuery = 254;

    /// <summary>The defaults: hocon/reference.conf, which is embedded in this assembly.</summary>
    public static Config Reference { get; } = ReadReference();

    /// <summary>leasequery.networks.</summary>
    public required ManagedNetworks Networks { get; init; }

    /// <summary>leasequery.requestors.</summary>
    public required PrefixTable<RequestorProfile> Requestors { get; init; }

    /// <summary>leasequery.gleaning.relays, or the requestors.</summary>
    public required ManagedNetworks Relays { get; init; }

    /// <summary>leasequery.static-devices, by address.</summary>
    public required IReadOnlyDictionary<Ipv4Address, StaticDevice> StaticDevices { get; init; }

    /// <summary>leasequery.gleaning.kept-options.</summary>
    public required OptionSet KeptOptions { get; init; }

    /// <summary>leasequery.gleaning.max-in-flight.</summary>
    public required int MaxGleaningInFlight { get; init; }

    /// <summary>leasequery.ingress.</summary>
    public required IngressSettings Ingress { get; init; }

    /// <summary>leasequery.upstream.</summary>
    public required UpstreamSettings Upstream { get; init; }

    /// <summary>leasequery.addresses.passivate-after.</summary>
    public required TimeSpan PassivateAfter { get; init; }

    /// <summary>leasequery.addresses.max-resident.</summary>
    public required int MaxResidentActors { get; init; }

    /// <summary>leasequery.addresses.shards.</summary>
    public required int Shards { get; init; }

    /// <summary>leasequery.store.</summary>
    public required StoreSettings Store { get; init; }

    /// <summary>leasequery.monitoring.listen; null for none.</summary>
    public required Ipv4Endpoint? Monitoring { get; init; }

    /// <summary>leasequery.shutdown-timeout.</summary>
    public required TimeSpan ShutdownTimeout { get; init; }

    /// <summary>leasequery.shutdown-grace.</summary>
    public required TimeSpan ShutdownGrace { get; init; }

    /// <summary>leasequery.cluster.</summary>
    public required MembershipSettings Cluster { get; init; }

    /// <summary>The configuration as it was given, without any default and without secrets.</summary>
    public required Config Given { get; init; }

    /// <summary>The whole configuration, Akka's part with it, without secrets: Akka shows it to whoever asks.</summary>
    public required Config Config { get; init; }

    /// <summary>Reads and checks all keys. Those that the configuration does not name have the defaults.</summary>
    /// <exception cref="SettingsException">A key is unknown, or its value cannot be used.</exception>
    public static LeasequerySettings From(Config config)
    {
        RefuseUnknownKeys(config);
        var whole = config.SafeWithFallback(Reference);
        var root = new SettingsReader(whole.GetConfig(Root), $"{Root}.");
        var networks = ReadNetworks(root, "networks");
        if (networks.Prefixes.Count == 0)
            throw root.Refuse("networks", "at least one prefix that the service manages, such as [\"10.0.0.0/8\"]");
        var requestors = ReadRequestors(root);
        var gleaning = root.Object("gleaning");
        var relays = ReadNetworks(gleaning, "relays");
        var ingress = IngressSettings.Read(root.Object("ingress"));
        var cluster = MembershipSettings.Read(root.Object("cluster"));
        var store = StoreSettings.Read(root.Object("store"));
        if (cluster.IsClustered && store.Kind == StoreKind.Sqlite)
            throw root.Object("store").Refuse("kind",
                "postgresql, where leasequery.cluster.seeds names other nodes: all of them use one store");
        return new LeasequerySettings
        {
            Networks = networks,
            Requestors = requestors,
            Relays = relays.Prefixes.Count > 0 ? relays : Union(requestors.Entries.Select(entry => entry.Prefix)),
            StaticDevices = StaticDeviceSettings.Read(root, networks),
            KeptOptions = OptionSet.Of(
                [.. gleaning.ParsedList<DhcpOption>("kept-options", "an option code from 1 to 254", TryParseOption)]),
            MaxGleaningInFlight = gleaning.Number("max-in-flight", 1, int.MaxValue),
            Ingress = ingress,
            Upstream = UpstreamSettings.Read(root, ingress, cluster.HasIngress),
            PassivateAfter = root.Object("addresses").Duration("passivate-after", TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            MaxResidentActors = root.Object("addresses").Number("max-resident", 1, 10_000_000),
            Shards = root.Object("addresses").Number("shards", 1, 4096),
            Store = store,
            Monitoring = ReadMonitoring(root.Object("monitoring")),
            ShutdownTimeout = root.Duration("shutdown-timeout", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)),
            ShutdownGrace = root.Duration("shutdown-grace", TimeSpan.Zero, TimeSpan.FromMinutes(5)),
            Cluster = cluster,
            Given = WithoutSecrets.SafeWithFallback(config),
            Config = WithoutSecrets.SafeWithFallback(whole),
        };
    }

    private static ManagedNetworks ReadNetworks(SettingsReader reader, string key)
    {
        var prefixes = reader.ParsedList<Ipv4Prefix>(key, "a prefix such as 10.0.0.0/8, with no bits behind its length",
            Ipv4Prefix.TryParse);
        try
        {
            return new ManagedNetworks(prefixes);
        }
        catch (ArgumentException overlap)
        {
            throw reader.Refuse(key, $"prefixes that do not overlap; {overlap.Message}");
        }
    }

    private static PrefixTable<RequestorProfile> ReadRequestors(SettingsReader root)
    {
        var ownKeys = new[] { "dialect", "draft-query", "reply-port" };
        var entries = root.Objects("requestors", ["prefix", .. ownKeys])
            .Select(entry => (
                entry.Parsed<Ipv4Prefix>("prefix", "a prefix such as 10.1.0.0/16, with no bits behind its length",
                    Ipv4Prefix.TryParse),
                ReadProfile(key => entry.Has(key) ? entry : root)))
            .ToArray();
        if (entries.Length == 0)
            throw root.Refuse("requestors", "at least one { prefix = \"...\" } that may ask");
        try
        {
            return new PrefixTable<RequestorProfile>(entries);
        }
        catch (ArgumentException twice)
        {
            throw root.Refuse("requestors", $"each prefix once; {twice.Message}");
        }
    }

    private static RequestorProfile ReadProfile(Func<string, SettingsReader> readerOf)
    {
        var dialect = readerOf("dialect").Parsed<LeasequeryDialect>("dialect", "draft-0, draft-2 or draft-4",
            (text, out dialect) => LeasequeryDialects.TryParse(text, out dialect) && dialect != LeasequeryDialect.Rfc4388);
        var query = readerOf("draft-query").Number("draft-query", LowestDraftQuery, HighestDraftQuery);
        var (port, number) = readerOf("reply-port").Parsed<(ReplyPort, ushort)>("reply-port",
            "giaddr, source or a port from 1 to 65535", TryParseReplyPort);
        return new RequestorProfile(dialect, (DhcpMessageType)query, port, number);
    }

    private static bool TryParseReplyPort(string text, out (ReplyPort, ushort) result)
    {
        var isNumber = ushort.TryParse(text, out var number) && number > 0;
        result = text switch
        {
            "giaddr" => (ReplyPort.Server, 0),
            "source" => (ReplyPort.Source, 0),
            _ => (ReplyPort.Fixed, number),
        };
        return result.Item1 != ReplyPort.Fixed || isNumber;
    }

    private static bool TryParseOption(string text, out DhcpOption option)
    {
        var isOption = byte.TryParse(text, out var code) && code is > (byte)DhcpOption.Pad and < (byte)DhcpOption.End;
        option = (DhcpOption)code;
        return isOption;
    }

    private static Ipv4Endpoint? ReadMonitoring(SettingsReader monitoring) =>
        monitoring.Text("listen") == "off"
            ? null
            : monitoring.Parsed<Ipv4Endpoint>("listen", "an endpoint with its port such as 127.0.0.1:9067, or off",
                (text, out endpoint) => IngressSettings.TryParseEndpoint(text, out endpoint)
                    && text.Contains(':')); // 67 would be no default for HTTP

    // Requestor prefixes may be nested, so that a part of a region has a profile of its own; the union needs the outer ones.
    private static ManagedNetworks Union(IEnumerable<Ipv4Prefix> prefixes)
    {
        var union = new List<Ipv4Prefix>();
        foreach (var prefix in prefixes.Order())
            if (union.Count == 0 || !union[^1].Overlaps(prefix))
                union.Add(prefix);
        return new ManagedNetworks(union);
    }

    private static void RefuseUnknownKeys(Config config)
    {
        if (config.IsNullOrEmpty() || !config.HasPath(Root))
            return;
        var given = config.GetValue(Root);
        KnownKeys.Check(
            given.GetObject() ?? throw new SettingsException(Root, SettingsReader.Shown(given), $"a section: {Root} {{ ... }}"),
            Reference.GetValue(Root).GetObject(),
            Root);
    }

    private static Config ReadReference()
    {
        using var resource = typeof(LeasequerySettings).Assembly.GetManifestResourceStream("reference.conf")!;
        using var reader = new StreamReader(resource);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}
