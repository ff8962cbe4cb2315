using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Peers.Packets;
using Leasequery.EndToEnd.Tests.Service;

namespace Leasequery.EndToEnd.Tests.Durability;

/// <summary>What was answered once is not forgotten, whatever happens to the process.</summary>
public sealed class KillSpec
{
    /// <summary>Homes of a stream: two or three seconds of it.</summary>
    const int Streamed = 10_000;

    /// <summary>Options 51, 58, 59 and 91 move with the clock.</summary>
    static readonly byte[] Times = [51, 58, 59, 91];

    [Fact]
    public async Task after_kill_9_and_a_restart_every_answer_is_the_same()
    {
        using var folder = new TempFolder("store");
        using var requestor = new Requestor();
        var (homes, settings) = (Home.Take(100), new ServeSettings(folder.Path));
        var before = new List<string>();
        using (var service = await LeasequeryProcess.StartAsync(settings))
        {
            foreach (var home in homes)
                requestor.Send(home.Ack, service.Endpoint);
            requestor.Send(homes[^1].Release, service.Endpoint);
            await service.Monitoring.ShowsAsync(
                metrics => metrics.GleanedAndStored == 101, "100 leases and a release to be stored");
            before.AddRange(await AskAllAsync(requestor, homes, service));
            await service.KillAsync();
        }

        using var again = await LeasequeryProcess.StartAsync(settings);
        var after = await AskAllAsync(requestor, homes, again);

        Assert.Equal(100, again.KnownAtStart);
        Assert.Equal(before, after);
        Assert.Empty(again.LoggedErrors);
    }

    [Fact]
    public async Task kill_9_while_leases_stream_in_loses_none_that_was_answered()
    {
        using var folder = new TempFolder("store");
        using var requestor = new Requestor();
        var settings = new ServeSettings(folder.Path);
        var answered = new List<Home>();
        using (var service = await LeasequeryProcess.StartAsync(settings))
        {
            using var stop = new CancellationTokenSource();
            var stream = StreamAcksAsync(service, stop.Token);
            for (var number = 0; answered.Count < 500; number++)
                answered.Add(await KnownAsync(requestor, new Home(number), service));
            await service.KillAsync(); // The stream goes on meanwhile.
            await stop.CancelAsync();
            await stream;
        }

        using var again = await LeasequeryProcess.StartAsync(settings);

        foreach (var home in answered)
            home.AssertLeased(await requestor.AskAsync(home.Query(), again.Endpoint));
        Assert.True(again.KnownAtStart >= answered.Count);
        Assert.Empty(again.LoggedErrors);
    }

    static async Task<IReadOnlyList<string>> AskAllAsync(
        Requestor requestor, IReadOnlyList<Home> homes, LeasequeryProcess service)
    {
        var answers = new List<string>();
        foreach (var home in homes)
        {
            var rfc = await requestor.AskAsync(home.Query(), service.Endpoint);
            var draft = await requestor.AskAsync(home.Query(HandMadeQuery.Draft), service.Endpoint);
            if (home != homes[^1]) // the one that was given back
                home.AssertLeased(rfc);
            answers.AddRange(rfc.AllBut(Times), draft.AllBut(Times));
        }
        return answers;
    }

    /// <summary>Waits until the service tells the lease of a home, and says that it did so rightly.</summary>
    static async Task<Home> KnownAsync(Requestor requestor, Home home, LeasequeryProcess service)
    {
        var answer = await Eventually.GivesAsync(
            async () => await requestor.AskAsync(home.Query(), service.Endpoint) is { MessageType: HandMadeQuery.Active } active
                ? active
                : null,
            Deadlines.Answer, $"the lease of {home} to be told");
        home.AssertLeased(answer);
        return home;
    }

    /// <summary>
    /// ACKs of one home after the other, a few each millisecond, until told to stop. They come again: what the service was too
    /// busy to take in would otherwise never be told.
    /// </summary>
    static Task StreamAcksAsync(LeasequeryProcess service, CancellationToken stop) => Task.Run(
        async () =>
        {
            using var relay = new Requestor();
            for (var number = 0; !stop.IsCancellationRequested; number = (number + 1) % Streamed)
            {
                relay.Send(new Home(number).Ack, service.Endpoint);
                if (number % 4 == 0)
                    await Task.Delay(1, CancellationToken.None);
            }
        },
        CancellationToken.None);
}
