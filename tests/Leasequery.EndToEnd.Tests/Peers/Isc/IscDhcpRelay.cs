using System.Net;
using Leasequery.EndToEnd.Tests.Peers.Machine;

namespace Leasequery.EndToEnd.Tests.Peers.Isc;

/// <summary>ISC dhcrelay in a namespace. It appends option 82 with the name of the interface as circuit-id.</summary>
public sealed class IscDhcpRelay : IDisposable
{
    IscDhcpRelay(ChildProcess process) => Process = process;

    /// <summary>The program and its log.</summary>
    public ChildProcess Process { get; }

    /// <summary>Starts it, and returns when it listens. giaddr becomes the address of the subscriber's interface.</summary>
    public static Task<IscDhcpRelay> StartAsync(
        NetworkNamespace place, IEnumerable<string> downstream, string upstream, IEnumerable<IPAddress> servers) =>
        Ready.WhenAsync(
            new IscDhcpRelay(ChildProcess.Start(
                "dhcrelay",
                [
                    "-4", "-d", "-a", "--no-pid",
                    .. downstream.SelectMany(name => new[] { "-id", name }), "-iu", upstream,
                    .. servers.Select(server => server.ToString()),
                ],
                place)),
            relay => relay.Process.WaitForLineAsync("^Sending on +Socket/fallback", Deadlines.Program, "the relay to listen"));

    /// <inheritdoc/>
    public void Dispose() => Process.Dispose();
}
