using Leasequery.EndToEnd.Tests.Peers.Machine;

namespace Leasequery.EndToEnd.Tests.Peers.Isc;

/// <summary>What dhcpd shall serve.</summary>
public sealed record IscDhcpServerSettings(params IReadOnlyList<DhcpSubnet> Subnets)
{
    /// <summary>How long leases last. Down to a few seconds, for tests that wait for an end.</summary>
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Leases it has from the start.</summary>
    public IEnumerable<DhcpLease> Leases { get; init; } = [];

    /// <summary>More statements for dhcpd.conf, such as a host with a fixed address.</summary>
    public string Statements { get; init; } = "";

    internal string Configuration =>
        $"""
        authoritative;
        allow leasequery;
        # A unicast renewal passes no relay: without this the location would be lost with the first one.
        stash-agent-options true;
        # It would wait a second for an echo before each offer.
        ping-check false;
        # Else a renewal in the first quarter of a lease changes nothing, and a test could not see it.
        dhcp-cache-threshold 0;
        default-lease-time {(long)LeaseTime.TotalSeconds};
        max-lease-time {(long)LeaseTime.TotalSeconds};
        min-lease-time 1;
        {string.Join('\n', Subnets)}
        {Statements}

        """;
}

/// <summary>ISC dhcpd in a namespace: the reference server for leases and for RFC 4388.</summary>
public sealed class IscDhcpServer : IDisposable
{
    readonly TempFolder _folder = new("dhcpd");

    IscDhcpServer(NetworkNamespace place, string interfaceName, IscDhcpServerSettings settings)
    {
        var configuration = _folder.Write("dhcpd.conf", settings.Configuration);
        LeaseFile = _folder.At("dhcpd.leases");
        File.WriteAllLines(LeaseFile, settings.Leases.Select(lease => lease.ToString()));
        Process = ChildProcess.Start(
            "dhcpd", ["-4", "-f", "-d", "-cf", configuration, "-lf", LeaseFile, "--no-pid", interfaceName], place);
    }

    /// <summary>The program and its log.</summary>
    public ChildProcess Process { get; }

    /// <summary>Where it keeps its leases.</summary>
    public string LeaseFile { get; }

    /// <summary>Starts it, and returns when it serves.</summary>
    public static Task<IscDhcpServer> StartAsync(NetworkNamespace place, string interfaceName, IscDhcpServerSettings settings) =>
        Ready.WhenAsync(
            new IscDhcpServer(place, interfaceName, settings),
            server => server.Process.WaitForLineAsync("^Server starting service", Deadlines.Program, "the DHCP server to serve"));

    /// <inheritdoc/>
    public void Dispose()
    {
        Process.Dispose();
        _folder.Dispose();
    }
}
