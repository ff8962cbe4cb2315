using Leasequery.Wire;

namespace Leasequery.Actors.Settings;

/// <summary>leasequery.cluster: who the other nodes are, and when one of them counts as gone.</summary>
/// <param name="Seeds">Where to look for nodes; empty: this node is a cluster of its own.</param>
/// <param name="Host">The address that the others reach this node by, or a name of it; empty: found out at start.</param>
/// <param name="Port">The TCP port that nodes talk on.</param>
/// <param name="Roles">What this node does.</param>
/// <param name="Nodes">How many nodes there are to be; 0: as many as there are seeds.</param>
/// <param name="DetectAfter">Silence of a node that is still believed to be none.</param>
/// <param name="DecideAfter">How long who is reachable must have stayed the same before the rest is given up.</param>
/// <param name="TakeoverDelay">How long the shards of a node that was given up stay without owner.</param>
/// <param name="SilenceAfter">A node that has heard of no majority for so long tells nothing.</param>
/// <param name="Tls">Certificates of the nodes; null: in the clear.</param>
public sealed record MembershipSettings(IReadOnlyList<SeedName> Seeds, string Host, ushort Port, NodeRoles Roles, int Nodes,
    TimeSpan DetectAfter, TimeSpan DecideAfter, TimeSpan TakeoverDelay, TimeSpan SilenceAfter, ClusterTlsSettings? Tls)
{
    /// <summary>True when there are other nodes, or may be.</summary>
    public bool IsClustered => Seeds.Count > 0;

    /// <summary>True when this node has sockets for requestors and relays.</summary>
    public bool HasIngress => Roles.HasFlag(NodeRoles.Ingress);

    /// <summary>True when this node owns shards of addresses.</summary>
    public bool HasAddresses => Roles.HasFlag(NodeRoles.Address);

    internal static MembershipSettings Read(SettingsReader cluster)
    {
        var port = (ushort)cluster.Number("port", 1, ushort.MaxValue);
        var seeds = cluster.ParsedList<SeedName>("seeds", "HOST or HOST:PORT of a node, or a name of several nodes",
            (text, out seed) => SeedName.TryParse(text, port, out seed));
        var roles = cluster.ParsedList<NodeRoles>("roles", "ingress or address", TryParseRole)
            .Aggregate(NodeRoles.None, (all, role) => all | role);
        if (seeds.Count == 0 && roles != NodeRoles.All)
            throw cluster.Refuse("roles", "both ingress and address, where leasequery.cluster.seeds names no other node");
        var settings = new MembershipSettings(
            seeds,
            cluster.Text("host"),
            port,
            roles,
            cluster.Number("nodes", 0, 1000),
            cluster.Duration("detect-after", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)),
            cluster.Duration("decide-after", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)),
            cluster.Duration("takeover-delay", TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)),
            cluster.Duration("silence-after", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)),
            ClusterTlsSettings.Read(cluster.Object("tls")));
        if (settings.SilenceAfter > settings.DetectAfter + settings.DecideAfter)
            throw cluster.Refuse("silence-after",
                "no more than detect-after and decide-after together: "
                    + "a node that is cut off falls silent before others answer for it");
        return settings;
    }

    private static bool TryParseRole(string text, out NodeRoles role)
    {
        role = text switch
        {
            NodeRoleNames.Ingress => NodeRoles.Ingress,
            NodeRoleNames.Address => NodeRoles.Address,
            _ => NodeRoles.None,
        };
        return role != NodeRoles.None;
    }
}

/// <summary>What a node does. One that does neither is a witness: it only has a vote.</summary>
[Flags]
public enum NodeRoles
{
    /// <summary>It is a member, and has a vote.</summary>
    None = 0,

    /// <summary>It has sockets for requestors, relays and DHCP servers.</summary>
    Ingress = 1,

    /// <summary>It owns shards of addresses.</summary>
    Address = 2,

    /// <summary>Both.</summary>
    All = Ingress | Address,
}

/// <summary>The roles as Akka and the configuration name them.</summary>
internal static class NodeRoleNames
{
    public const string Ingress = "ingress";
    public const string Address = "address";

    public static IEnumerable<string> Of(NodeRoles roles)
    {
        if (roles.HasFlag(NodeRoles.Ingress))
            yield return Ingress;
        if (roles.HasFlag(NodeRoles.Address))
            yield return Address;
    }
}

/// <summary>Where nodes may be found.</summary>
/// <param name="Host">An address, or a name that stands for one node or several.</param>
/// <param name="Port">Their TCP port.</param>
public readonly record struct SeedName(string Host, ushort Port)
{
    /// <summary>Reads <c>HOST:PORT</c>, or a host alone, which gets <paramref name="defaultPort"/>.</summary>
    public static bool TryParse(string text, ushort defaultPort, out SeedName seed)
    {
        seed = default;
        var colon = text.IndexOf(':');
        var host = colon >= 0 ? text[..colon] : text;
        var port = defaultPort;
        if (colon >= 0 && (!ushort.TryParse(text.AsSpan(colon + 1), out port) || port == 0))
            return false;
        // What begins like an address must be one: 10.0.0 is also a name that resolvers understand, as 10.0.0.0.
        if (Uri.CheckHostName(host) is not (UriHostNameType.Dns or UriHostNameType.IPv4)
            || LooksNumeric(host) && !Ipv4Address.TryParse(host, out _))
            return false;
        seed = new SeedName(host, port);
        return true;
    }

    /// <summary><c>HOST:PORT</c>.</summary>
    public override string ToString() => $"{Host}:{Port}";

    private static bool LooksNumeric(string host) => host.All(c => char.IsAsciiDigit(c) || c == '.');
}

/// <summary>leasequery.cluster.tls: PEM files of this node.</summary>
/// <param name="Certificate">Its certificate, and what is between it and the authority.</param>
/// <param name="Key">Its private key.</param>
/// <param name="Authority">The certificates of those who may vouch for a node.</param>
public sealed record ClusterTlsSettings(string Certificate, string Key, string Authority)
{
    internal static ClusterTlsSettings? Read(SettingsReader tls)
    {
        var (certificate, key, authority) = (tls.Text("certificate"), tls.Text("key"), tls.Text("authority"));
        if (certificate.Length == 0 && key.Length == 0 && authority.Length == 0)
            return null;
        foreach (var name in new[] { "certificate", "key", "authority" })
            if (tls.Text(name).Length == 0)
                throw tls.Refuse(name, "a PEM file: certificate, key and authority go together");
        return new ClusterTlsSettings(certificate, key, authority);
    }
}
