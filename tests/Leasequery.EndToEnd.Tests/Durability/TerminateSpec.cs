using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Service;

namespace Leasequery.EndToEnd.Tests.Durability;

/// <summary>SIGTERM: what was taken in is stored before the end.</summary>
public sealed class TerminateSpec
{
    static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task what_was_taken_in_before_SIGTERM_is_there_after_a_restart()
    {
        using var folder = new TempFolder("store");
        using var requestor = new Requestor();
        var settings = new ServeSettings(folder.Path).With("leasequery.shutdown-timeout", "20 s");
        var homes = Home.Take(1000);
        int exitCode;
        using (var service = await LeasequeryProcess.StartAsync(settings))
        {
            foreach (var burst in homes.Chunk(100))
            {
                foreach (var home in burst)
                    requestor.Send(home.Ack, service.Endpoint);
                // There is one loop: a query that is answered was taken after all that was sent before it.
                await requestor.AskAsync(new Home(ushort.MaxValue).Query(), service.Endpoint);
            }
            exitCode = await service.TerminateAsync(ShutdownTimeout);
            Assert.Empty(service.LoggedErrors);
        }

        using var again = await LeasequeryProcess.StartAsync(settings);

        Assert.Equal(0, exitCode);
        Assert.Equal(homes.Count, again.KnownAtStart);
        foreach (var home in homes)
            home.AssertLeased(await requestor.AskAsync(home.Query(), again.Endpoint));
    }

    [Fact]
    public async Task SIGTERM_with_nothing_to_do_ends_at_once_with_exit_code_0_and_no_word_of_failure()
    {
        using var folder = new TempFolder("store");
        using var service = await LeasequeryProcess.StartAsync(new ServeSettings(folder.Path));

        Assert.Equal(0, await service.TerminateAsync(ShutdownTimeout));
        Assert.Empty(service.LoggedErrors);
        Assert.Single(service.Process.OutputLines);
    }
}
