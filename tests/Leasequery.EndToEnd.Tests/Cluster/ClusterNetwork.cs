using System.Net;
using Leasequery.EndToEnd.Tests.Peers.Machine;

namespace Leasequery.EndToEnd.Tests.Cluster;

/// <summary>
/// Three nodes, their database and two relays, each on a machine of its own, on two switches:
/// <code>
///   service network 10.77.0.0/24:  nodes .1 .2 .3   database .10   relays .20 .21
///   cluster network 10.78.0.0/24:  nodes .1 .2 .3
/// </code>
/// So a node can be cut off from the others while the database and the relays still reach it, the worst way to be cut off, or
/// from the database too.
/// </summary>
public sealed class ClusterNetwork : IDisposable
{
    /// <summary>How many nodes there are.</summary>
    public const int Count = 3;

    const string ServiceSwitch = "service", ClusterSwitch = "cluster", DatabaseRole = "database";
    const int PrefixLength = 24;

    readonly Stack<IDisposable> _parts = new();
    readonly NetworkNamespace _switches;

    /// <summary>Makes the machines and plugs them in.</summary>
    /// <param name="strangers">How many machines there are behind those of the nodes, for others who want to be one.</param>
    public ClusterNetwork(int strangers = 0)
    {
        _switches = Keep(new NetworkNamespace("switches"));
        _switches.AddBridge(ServiceSwitch);
        _switches.AddBridge(ClusterSwitch);
        Nodes = [.. Enumerable.Range(1, Count + strangers).Select(AddNode)];
        Database = Add(DatabaseRole, DatabaseAddress);
        _switches.Isolate(DatabaseRole, true);
        Relays = Add("relays", RelayAddresses[0]);
        Relays.Assign("eth0", RelayAddresses[1], PrefixLength);
    }

    /// <summary>Where the database is.</summary>
    public static IPAddress DatabaseAddress { get; } = IPAddress.Parse("10.77.0.10");

    /// <summary>Where the relays are.</summary>
    public static IReadOnlyList<IPAddress> RelayAddresses { get; } =
        [IPAddress.Parse("10.77.0.20"), IPAddress.Parse("10.77.0.21")];

    /// <summary>The machines of the nodes, and of strangers behind them.</summary>
    public IReadOnlyList<NetworkNamespace> Nodes { get; }

    /// <summary>The database's machine.</summary>
    public NetworkNamespace Database { get; }

    /// <summary>The relays' machine.</summary>
    public NetworkNamespace Relays { get; }

    /// <summary>Where relays and operators reach a node, 1 to 3, or a stranger, from 4 on.</summary>
    public static IPAddress ServiceAddress(int node) => new([10, 77, 0, (byte)node]);

    /// <summary>Where other nodes reach it.</summary>
    public static IPAddress ClusterAddress(int node) => new([10, 78, 0, (byte)node]);

    /// <summary>From now on no packet goes between this node and the others, either way.</summary>
    public void Cut(int node) => _switches.Ip("link", "set", "dev", $"c{node}", "down");

    /// <summary>The same, and none between this node and the database. Relays and operators still reach it.</summary>
    public void CutFromAll(int node)
    {
        Cut(node);
        CutFromDatabase(node);
    }

    /// <summary>No packet goes between this node and the database. All others still reach it.</summary>
    public void CutFromDatabase(int node) => _switches.Isolate(RoleOf(node), true);

    /// <summary>Ends that.</summary>
    public void Mend(int node)
    {
        _switches.Isolate(RoleOf(node), false);
        _switches.Ip("link", "set", "dev", $"c{node}", "up");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_parts.TryPop(out var part))
            part.Dispose();
    }

    static string RoleOf(int node) => $"n{node}";

    NetworkNamespace AddNode(int node)
    {
        var machine = Add(RoleOf(node), ServiceAddress(node));
        machine.Connect("eth1", _switches, $"c{node}");
        _switches.Plug($"c{node}", ClusterSwitch);
        machine.Assign("eth1", ClusterAddress(node), PrefixLength);
        return machine;
    }

    NetworkNamespace Add(string role, IPAddress address)
    {
        var machine = Keep(new NetworkNamespace(role));
        machine.Connect("eth0", _switches, role);
        _switches.Plug(role, ServiceSwitch);
        machine.Assign("eth0", address, PrefixLength);
        return machine;
    }

    T Keep<T>(T part)
        where T : IDisposable
    {
        _parts.Push(part);
        return part;
    }
}
