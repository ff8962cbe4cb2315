using Leasequery.Domain.Upstream;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Actors.Settings;

/// <summary>A DHCP server that is asked for what was not gleaned.</summary>
/// <param name="Endpoint">Where it listens.</param>
/// <param name="Dialect">What it speaks; null to find out.</param>
/// <param name="DraftQuery">The message type that a draft query has at this server.</param>
public sealed record ServerSettings(Ipv4Endpoint Endpoint, LeasequeryDialect? Dialect, DhcpMessageType DraftQuery)
{
    /// <summary>What the server is called in messages and metrics: its endpoint.</summary>
    public string Name => Endpoint.ToString();
}

/// <summary>What is told of an address while no server answers.</summary>
public enum WhenSilent
{
    /// <summary>Nothing: the requestor asks again, as the protocol wants.</summary>
    NoAnswer,

    /// <summary>Where it was last known, without a lease time; RFC 4388 tells its age (91).</summary>
    LastKnown,
}

/// <summary>leasequery.upstream: the DHCP servers behind the service, and how sparingly they are asked.</summary>
/// <param name="Servers">The servers; none means that nothing is asked.</param>
/// <param name="RelayAddress">giaddr of our queries: where servers answer.</param>
/// <param name="Policy">Limits towards each server.</param>
/// <param name="UnknownTtl">How long an UNKNOWN of RFC 4388 is believed.</param>
/// <param name="NakTtl">How long a NAK or UNKNOWN of a draft is believed.</param>
/// <param name="NoLeaseTtl">How long "managed, no lease" is believed (N42).</param>
/// <param name="NegativeEntries">Bound of each negative cache.</param>
/// <param name="NegativeTurnover">How many entries a second strange keys can push out of one.</param>
/// <param name="ExpiredGrace">How long after its end a lease stays a question while servers are silent.</param>
/// <param name="WhenSilent">What is told while servers are silent.</param>
public sealed record UpstreamSettings(IReadOnlyList<ServerSettings> Servers, Ipv4Address RelayAddress, ServerPolicy Policy,
    TimeSpan UnknownTtl, TimeSpan NakTtl, TimeSpan NoLeaseTtl, int NegativeEntries, int NegativeTurnover, TimeSpan ExpiredGrace,
    WhenSilent WhenSilent)
{
    private const string Probe = "probe";
    private static readonly TimeSpan SupportTimer = TimeSpan.FromMinutes(1); // RFC 4388 6.6

    /// <summary>True when there is somebody to ask.</summary>
    public bool HasServers => Servers.Count > 0;

    /// <summary>What keeps most servers' answers away, in words; null when nothing does.</summary>
    public string? Doubt { get; private init; }

    /// <param name="root">All settings.</param>
    /// <param name="ingress">The sockets.</param>
    /// <param name="hasIngress">Whether this node opens them: where it does not, others ask.</param>
    internal static UpstreamSettings Read(SettingsReader root, IngressSettings ingress, bool hasIngress)
    {
        var upstream = root.Object("upstream");
        var servers = upstream.Objects("servers", "address", "dialect", "draft-query")
            .Select(entry => ReadServer(root, entry))
            .ToArray();
        if (servers.DistinctBy(server => server.Endpoint).Count() != servers.Length)
            throw upstream.Refuse("servers", "each server once");
        var relay = ReadRelayAddress(upstream, ingress, servers.Length > 0);
        var own = ingress.Listen.Where(endpoint => endpoint.Address.IsUnspecified || endpoint.Address == relay).ToArray();
        var isAsking = servers.Length > 0 && hasIngress;
        if (isAsking && own.Length == 0)
            throw upstream.Refuse("giaddr",
                "an address that leasequery.ingress.listen names: queries leave from it, and answers come to it");
        return new UpstreamSettings(
            servers,
            relay,
            new ServerPolicy(
                upstream.Number("window", 1, 200),
                upstream.Number("max-waiting", 1, 10_000_000),
                SupportTimer,
                upstream.Duration("patience", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10))),
            upstream.Duration("unknown-ttl", TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
            upstream.Duration("nak-ttl", TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
            upstream.Duration("no-lease-ttl", TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
            upstream.Number("negative-entries", 8, 100_000_000),
            upstream.Number("negative-turnover", 0, 10_000_000),
            upstream.Duration("expired-grace", TimeSpan.Zero, TimeSpan.FromDays(365)),
            upstream.Parsed<WhenSilent>("when-silent", "no-answer or last-known", TryParseWhenSilent))
        {
            Doubt = isAsking && Array.TrueForAll(own, endpoint => endpoint.Port != Ipv4Endpoint.ServerPort)
                ? $"leasequery.ingress.listen has no port {Ipv4Endpoint.ServerPort} of {relay} (leasequery.upstream.giaddr): "
                    + "DHCP servers answer there, and only those are heard that answer to the port that they were asked from"
                : null,
        };
    }

    private static ServerSettings ReadServer(SettingsReader root, SettingsReader entry)
    {
        var isProbed = entry.Has("dialect") && entry.Text("dialect") == Probe;
        return new ServerSettings(
            entry.Parsed<Ipv4Endpoint>("address", "an address, or address:port", TryParseServer),
            isProbed
                ? null
                : entry.Has("dialect")
                    ? entry.Parsed<LeasequeryDialect>("dialect", $"{LeasequeryDialects.AllNames} or {Probe}",
                        LeasequeryDialects.TryParse)
                    : LeasequeryDialect.Rfc4388,
            (DhcpMessageType)(entry.Has("draft-query") ? entry : root).Number("draft-query", LeasequerySettings.LowestDraftQuery,
                LeasequerySettings.HighestDraftQuery));
    }

    // Servers answer to giaddr: without one of ours their answers go nowhere.
    private static Ipv4Address ReadRelayAddress(SettingsReader upstream, IngressSettings ingress, bool isNeeded)
    {
        if (upstream.Text("giaddr") != "")
            return upstream.Parsed<Ipv4Address>("giaddr", "an address of this node", TryParseOwn);
        var own = ingress.Listen.FirstOrDefault(endpoint => !endpoint.Address.IsUnspecified).Address;
        return !isNeeded || !own.IsUnspecified ? own
            : throw upstream.Refuse("giaddr", "an address of this node, because ingress.listen names none: servers answer to it");
    }

    private static bool TryParseServer(string text, out Ipv4Endpoint server) =>
        IngressSettings.TryParseEndpoint(text, out server) && !server.Address.IsUnspecified && server.Port > 0;

    private static bool TryParseOwn(string text, out Ipv4Address address) =>
        Ipv4Address.TryParse(text, out address) && !address.IsUnspecified;

    private static bool TryParseWhenSilent(string text, out WhenSilent value)
    {
        value = text == "last-known" ? WhenSilent.LastKnown : WhenSilent.NoAnswer;
        return text is "last-known" or "no-answer";
    }
}
