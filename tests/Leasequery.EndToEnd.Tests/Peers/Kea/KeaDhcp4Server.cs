using System.Net;
using Leasequery.EndToEnd.Tests.Peers.Machine;

namespace Leasequery.EndToEnd.Tests.Peers.Kea;

/// <summary>
/// kea-dhcp4 in a namespace, without its leasequery hook: a good DHCP server that is silent to leasequeries (N4), as most in
/// the field are.
/// </summary>
public sealed class KeaDhcp4Server : IDisposable
{
    readonly TempFolder _folder = new("kea");

    KeaDhcp4Server(NetworkNamespace place, string interfaceName, IPNetwork network)
    {
        var configuration = _folder.Write("kea-dhcp4.conf", Configuration(interfaceName, network));
        Process = ChildProcess.Start("kea-dhcp4", ["-c", configuration], place, new Dictionary<string, string>
        {
            ["KEA_PIDFILE_DIR"] = _folder.Path,
            ["KEA_LOCKFILE_DIR"] = _folder.Path,
        });
    }

    /// <summary>The program and its log.</summary>
    public ChildProcess Process { get; }

    /// <summary>Starts it with one subnet, and returns when it serves.</summary>
    public static Task<KeaDhcp4Server> StartAsync(NetworkNamespace place, string interfaceName, IPNetwork network) =>
        Ready.WhenAsync(
            new KeaDhcp4Server(place, interfaceName, network),
            server => server.Process.WaitForLineAsync("DHCP4_STARTED", Deadlines.Program, "Kea to serve"));

    /// <inheritdoc/>
    public void Dispose()
    {
        Process.Dispose();
        _folder.Dispose();
    }

    static string Configuration(string interfaceName, IPNetwork network) =>
        $$"""
        {
          "Dhcp4": {
            "interfaces-config": { "interfaces": [ "{{interfaceName}}" ], "dhcp-socket-type": "udp" },
            "lease-database": { "type": "memfile", "persist": false },
            "subnet4": [ { "id": 1, "subnet": "{{network}}", "pools": [ { "pool": "{{network}}" } ] } ],
            "loggers": [ { "name": "kea-dhcp4", "severity": "INFO", "output_options": [ { "output": "stdout" } ] } ]
          }
        }
        """;
}
