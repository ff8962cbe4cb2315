using System.Net;
using Leasequery.EndToEnd.Tests.Peers.Isc;
using Leasequery.EndToEnd.Tests.Peers.Packets;

namespace Leasequery.EndToEnd.Tests.Peers;

/// <summary>
/// What happens in Captures/access-network.pcap, act by act. Eight subscribers on four lines: all connect, some renew, one
/// leaves, and one comes with an address of another network.
/// </summary>
static class AccessNetworkRecording
{
    const int Release = 7;

    static readonly IPAddress FromElsewhere = IPAddress.Parse("192.168.1.23");

    static AccessNetworkPlan Plan => new()
    {
        Lines = 4,
        SubscribersPerLine = 2,
        Client = (line, place) => (line, place) switch
        {
            (1, 1) => new IscDhcpClientSettings { RenewAfter = TimeSpan.FromSeconds(2) },
            (2, 1) => new IscDhcpClientSettings { RenewAfter = TimeSpan.FromSeconds(2), RenewByBroadcast = true },
            (3, _) => new IscDhcpClientSettings { ClientIdentifier = $"box-{line}-{place}" },
            (4, 2) => new IscDhcpClientSettings { Remembers = FromElsewhere },
            _ => new IscDhcpClientSettings(),
        },
    };

    /// <summary>Plays it and returns what was seen upstream of the relay; <paramref name="keepAs"/> gets a copy.</summary>
    public static async Task<IReadOnlyList<CapturedDatagram>> MakeAsync(string? keepAs)
    {
        using var network = await AccessNetwork.StartAsync(Plan);
        foreach (var subscriber in network.Subscribers) // One by one, so that each gets the same address every time.
        {
            subscriber.Client.Start();
            await subscriber.Client.BoundAsync();
        }
        await Task.WhenAll(RenewAndStopAsync(network.Subscribers[0]), RenewAndStopAsync(network.Subscribers[2]));
        await network.Subscribers[^2].Client.ReleaseAsync();
        await network.Capture.WaitForAsync(seen => seen.MessageType == Release, 1, "the release");
        await network.Capture.StopAsync();
        if (keepAs is not null)
            File.Copy(network.Capture.File, keepAs, overwrite: true);
        return network.Capture.Datagrams;
    }

    /// <summary>One renewal is enough; the client would go on every two seconds.</summary>
    static async Task RenewAndStopAsync(Subscriber subscriber)
    {
        await subscriber.Client.BoundAsync("a subscriber to renew");
        subscriber.Client.Stop();
    }
}
