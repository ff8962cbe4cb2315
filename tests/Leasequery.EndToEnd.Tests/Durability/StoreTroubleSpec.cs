using System.Net;
using Leasequery.EndToEnd.Tests.Peers;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Peers.Packets;
using Leasequery.EndToEnd.Tests.Service;

namespace Leasequery.EndToEnd.Tests.Durability;

/// <summary>The disk is full: gleaning stops, answering does not, and when there is space again it goes on by itself.</summary>
public sealed class StoreTroubleSpec
{
    [PeerFact]
    public async Task a_full_disk_stops_gleaning_but_not_answering_and_it_recovers_by_itself()
    {
        using var requestor = new Requestor();
        using var disk = await SmallDisk.StartAsync();
        var service = disk.Service;
        var known = Home.Take(10);
        foreach (var home in known)
            requestor.Send(home.Ack, service.Endpoint);
        await service.Monitoring.ShowsAsync(metrics => metrics.GleanedAndStored == known.Count, "the first homes to be stored");

        disk.Fill();
        var next = await SendUntilTheStoreFailsAsync(requestor, service, known.Count);

        // Known locations are answered, and whoever watches is told.
        foreach (var home in known)
            home.AssertLeased(await requestor.AskAsync(home.Query(), service.Endpoint));
        var (status, text) = await service.Monitoring.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("the store takes no events", text, StringComparison.Ordinal);
        var late = new Home(next);
        for (var i = 0; i < 100; i++) // One may be let through, to see whether the store is back.
            requestor.Send(late.Ack, service.Endpoint);
        await service.Monitoring.ShowsAsync(
            metrics => metrics.Drops["store-unavailable"] >= 99, "what is not stored to be counted");
        Assert.Equal(HandMadeQuery.Unassigned, (await requestor.AskAsync(late.Query(), service.Endpoint)).MessageType);
        var error = Assert.Single(service.LoggedErrors);
        Assert.Contains("The store takes no events", error, StringComparison.Ordinal);

        disk.Free();
        var answer = await Eventually.GivesAsync(
            async () =>
            {
                requestor.Send(late.Ack, service.Endpoint);
                var reply = await requestor.AskAsync(late.Query(), service.Endpoint);
                return reply.MessageType == HandMadeQuery.Active ? reply : null;
            },
            Deadlines.Answer, "the store to take events again");
        late.AssertLeased(answer);
        await service.Monitoring.ShowsAsync(metrics => metrics.IsStoreAvailable, "the store to be available again");
        Assert.Equal("ready\n", (await service.Monitoring.GetAsync("/readyz")).Text);
        Assert.Single(service.LoggedErrors);
    }

    /// <summary>
    /// The first pages still find room in what the database has already; returns the number of a home that was never sent.
    /// </summary>
    static async Task<int> SendUntilTheStoreFailsAsync(Requestor requestor, LeasequeryProcess service, int first)
    {
        var next = first;
        await service.Monitoring.ShowsAsync(
            metrics =>
            {
                for (var sent = 0; metrics.IsStoreAvailable && sent < 200; sent++)
                    requestor.Send(new Home(next++).Ack, service.Endpoint);
                return !metrics.IsStoreAvailable;
            },
            "the store to be full");
        return next;
    }
}
