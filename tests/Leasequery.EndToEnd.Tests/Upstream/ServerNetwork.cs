using System.Net;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Peers.Packets;
using Leasequery.EndToEnd.Tests.Service;

namespace Leasequery.EndToEnd.Tests.Upstream;

/// <summary>
/// The service and the DHCP servers behind it, each on a machine of its own, on one switch:
/// <code>
///   [service 10.77.0.1, the switch] ---- eth0 10.77.0.11 a server
///                 capture           ---- eth0 10.77.0.12 another
/// </code>
/// The access concentrator asks from the service's machine: what it sends is not on the switch, and so not in the capture.
/// </summary>
public sealed class ServerNetwork : IDisposable
{
    /// <summary>The interface of a server.</summary>
    public const string ServerInterface = "eth0";

    const string Switch = "core";
    const int PrefixLength = 24;

    readonly Stack<IDisposable> _parts = new();

    /// <summary>Makes the machine of the service and the switch.</summary>
    public ServerNetwork()
    {
        Service = Keep(new NetworkNamespace("service"));
        Service.AddBridge(Switch);
        Service.Assign(Switch, ServiceAddress, PrefixLength);
    }

    /// <summary>The network of the switch.</summary>
    public static IPNetwork Lan { get; } = IPNetwork.Parse("10.77.0.0/24");

    /// <summary>Where the service is, and the concentrator.</summary>
    public static IPAddress ServiceAddress { get; } = IPAddress.Parse("10.77.0.1");

    /// <summary>The service's machine.</summary>
    public NetworkNamespace Service { get; }

    /// <summary>Adds a machine for a server.</summary>
    public NetworkNamespace AddMachine(string role, IPAddress address)
    {
        var machine = Keep(new NetworkNamespace(role));
        machine.Connect(ServerInterface, Service, role);
        Service.Plug(role, Switch);
        machine.Assign(ServerInterface, address, PrefixLength);
        return machine;
    }

    /// <summary>Captures what is sent to servers.</summary>
    public async Task<PacketCapture> CaptureQueriesAsync() =>
        Keep(await PacketCapture.StartAsync(Service, Switch, $"udp dst port 67 and src host {ServiceAddress}"));

    /// <summary>Opens the concentrator's end.</summary>
    public AccessConcentrator OpenConcentrator() => Keep(new AccessConcentrator(Service, new IPEndPoint(ServiceAddress, 6001)));

    /// <summary>How a service is started here.</summary>
    public static ServeSettings Settings(string directory, string networks, params IEnumerable<IPAddress> servers) =>
        new ServeSettings(directory)
            .With("leasequery.networks", networks)
            .With("leasequery.requestors", $$"""[{ prefix = "{{ServiceAddress}}/32", reply-port = source }]""")
            .With("leasequery.ingress.listen", $"""["{ServiceAddress}:67"]""")
            .With("leasequery.upstream.servers",
                $"[{string.Join(", ", servers.Select(server => $$"""{ address = "{{server}}" }"""))}]");

    /// <summary>Ends all that was made here, the newest first.</summary>
    public void Dispose()
    {
        while (_parts.TryPop(out var part))
            part.Dispose();
    }

    T Keep<T>(T part)
        where T : IDisposable
    {
        _parts.Push(part);
        return part;
    }
}
