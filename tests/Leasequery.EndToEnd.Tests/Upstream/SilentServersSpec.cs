using System.Net;
using Leasequery.EndToEnd.Tests.Peers;
using Leasequery.EndToEnd.Tests.Peers.Kea;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Service;

namespace Leasequery.EndToEnd.Tests.Upstream;

/// <summary>Servers that cannot be told from dead ones: Kea without its leasequery hook, and a socket that only takes.</summary>
[MostlyWaits]
public sealed class SilentServersSpec
{
    static readonly IPAddress KeaServer = IPAddress.Parse("10.77.0.13"), Mute = IPAddress.Parse("10.77.0.14");
    static readonly TimeSpan Asking = TimeSpan.FromSeconds(46);
    static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(9.9); // N46 has 10; the capture's clock is not the service's

    [PeerFact]
    public async Task silent_servers_are_polled_at_the_slow_rate_however_much_is_asked()
    {
        using var network = new ServerNetwork();
        using var folder = new TempFolder("store");
        using var kea = await KeaDhcp4Server.StartAsync(
            network.AddMachine("kea", KeaServer), ServerNetwork.ServerInterface, IPNetwork.Parse("10.90.0.0/16"));
        using var mute = new NamespaceSocket(network.AddMachine("mute", Mute), new IPEndPoint(Mute, 67));
        using var service = await LeasequeryProcess.StartAsync(
            ServerNetwork.Settings(folder.Path, """["10.90.0.0/16"]""", KeaServer, Mute), network.Service);
        var (capture, concentrator) = (await network.CaptureQueriesAsync(), network.OpenConcentrator());

        var answers = await concentrator.AskAsync(Addresses.From("10.90.1.0", 500), service.Endpoint, Asking);

        Assert.Empty(answers); // never a false NAK
        foreach (var server in new[] { KeaServer, Mute })
        {
            // About 11 and 16 s apart, the next 32 s later.
            var sent = capture.Datagrams
                .Where(query => query.Destination.Address.Equals(server))
                .Select(query => query.Time)
                .ToArray();
            Assert.Equal(3, sent.Length);
            var pauses = sent.Zip(sent.Skip(1), (one, next) => next - one);
            Assert.All(pauses, pause => Assert.InRange(pause, LeastPause, TimeSpan.FromMinutes(1)));
        }
        var metrics = await service.Monitoring.ReadAsync();
        Assert.True(metrics.Drops["servers-silent"] > 1_000, $"Who asks is told at once. {metrics}");
        Assert.Equal(HttpStatusCode.OK, (await service.Monitoring.GetAsync("/readyz")).Status);
        Assert.False(kea.Process.HasExited);
        Assert.Empty(service.LoggedErrors);
    }
}
