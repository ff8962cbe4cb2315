using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;

namespace Leasequery.EndToEnd.Tests.Peers.Machine;

/// <summary>
/// One machine of the test's network: its own interfaces, addresses, routes and ports, so that DHCP can run on its true
/// ports without a packet leaving the test. Processes in it end with it.
/// </summary>
public sealed class NetworkNamespace : IDisposable
{
    /// <summary>Where <c>ip netns</c> keeps them.</summary>
    internal const string Folder = "/run/netns";

    static readonly ConcurrentDictionary<string, NetworkNamespace> Alive = new();

    static NetworkNamespace()
    {
        RemoveLeftovers();
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            foreach (var left in Alive.Values)
                left.Dispose();
        };
    }

    /// <summary>
    /// Makes a namespace with only <c>lo</c>, which is up. IPv6 is off: its chatter has no place in a DHCP capture.
    /// </summary>
    public NetworkNamespace(string role)
    {
        Name = OwnName.Next(role);
        Command.Run("ip", "netns", "add", Name);
        Alive.TryAdd(Name, this);
        Run(() => Set("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1"));
        Ip("link", "set", "dev", "lo", "up");
    }

    /// <summary>The name that <c>ip netns</c> knows.</summary>
    public string Name { get; }

    /// <summary>Lays a cable to another namespace; both ends are up. A hardware address given is that of this end.</summary>
    public void Connect(
        string interfaceHere, NetworkNamespace other, string interfaceThere, PhysicalAddress? hardwareAddress = null)
    {
        IEnumerable<string> address = hardwareAddress is null ? [] : ["address", WithColons(hardwareAddress)];
        Ip(["link", "add", "name", interfaceHere, .. address,
            "type", "veth", "peer", "name", interfaceThere, "netns", other.Name]);
        Ip("link", "set", "dev", interfaceHere, "up");
        other.Ip("link", "set", "dev", interfaceThere, "up");
    }

    /// <summary>Makes a switch.</summary>
    public void AddBridge(string bridge)
    {
        Ip("link", "add", "name", bridge, "type", "bridge");
        Ip("link", "set", "dev", bridge, "up");
    }

    /// <summary>Makes an interface of this namespace a port of a switch.</summary>
    public void Plug(string port, string bridge) => Ip("link", "set", "dev", port, "master", bridge);

    /// <summary>Isolates a port of a switch, or ends that. Isolated ports reach all others, but not each other.</summary>
    public void Isolate(string port, bool isIsolated) =>
        Ip("link", "set", "dev", port, "type", "bridge_slave", "isolated", isIsolated ? "on" : "off");

    /// <summary>Gives an interface an address.</summary>
    public void Assign(string interfaceName, IPAddress address, int prefixLength) =>
        Ip("address", "add", $"{address}/{prefixLength}", "dev", interfaceName);

    /// <summary>Adds a route.</summary>
    public void Route(IPNetwork destination, IPAddress via) => Ip("route", "add", destination.ToString(), "via", via.ToString());

    /// <summary>Makes it a router: packets not for itself are forwarded.</summary>
    public void ForwardPackets() => Run(() => Set("/proc/sys/net/ipv4/ip_forward", "1"));

    /// <summary>
    /// Runs code on a thread that has moved here. A socket stays where it was made, so make it here and use it anywhere.
    /// </summary>
    public T Run<T>(Func<T> code) => NamespaceThread.Run(Name, code);

    /// <summary>Runs code on a thread that has moved here.</summary>
    public void Run(Action code) => Run(() =>
    {
        code();
        return true;
    });

    /// <summary>Runs <c>ip -n</c> for what has no method here.</summary>
    public void Ip(params IEnumerable<string> arguments) => Command.Run("ip", ["-n", Name, .. arguments]);

    /// <summary>Ends what still runs in it and removes it, and with it its ends of cables.</summary>
    public void Dispose()
    {
        if (Alive.TryRemove(Name, out _))
            Delete(Name);
    }

    /// <summary>Removes what killed runs left, once before the first namespace of this run.</summary>
    internal static void RemoveLeftovers()
    {
        if (!Directory.Exists(Folder))
            return;
        foreach (var name in Directory.GetFiles(Folder).Select(path => Path.GetFileName(path)).Where(OwnName.IsLeftover))
            Delete(name);
    }

    static void Delete(string name)
    {
        foreach (var pid in Command.Run("ip", "netns", "pids", name).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            using (var process = ProcessTree.Find(int.Parse(pid, CultureInfo.InvariantCulture)))
                if (process is not null)
                    ProcessTree.KillIfAlive(process);
        Command.Run("ip", "netns", "delete", name);
    }

    /// <summary>Sets a kernel switch of the calling thread's namespace; a kernel built without it has nothing to set.</summary>
    static void Set(string path, string value)
    {
        if (File.Exists(path))
            File.WriteAllText(path, value);
    }

    static string WithColons(PhysicalAddress address) =>
        string.Join(':', address.GetAddressBytes().Select(b => b.ToString("x2")));
}
