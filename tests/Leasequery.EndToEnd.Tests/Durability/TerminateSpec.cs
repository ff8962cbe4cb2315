using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Service;
using Microsoft.Data.Sqlite;

namespace Leasequery.EndToEnd.Tests.Durability;

/// <summary>SIGTERM: what was taken in is stored before the end.</summary>
public sealed class TerminateSpec
{
    [Fact]
    public async Task what_was_taken_in_before_SIGTERM_is_there_after_a_restart()
    {
        using var folder = new TempFolder("store");
        using var requestor = new Requestor();
        var settings = new ServeSettings(folder.Path).With("leasequery.shutdown-timeout", "60 s");
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
            exitCode = await service.TerminateAsync();
            Assert.Equal("", string.Join(Environment.NewLine, service.LoggedErrors)); // shows all of them
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

        Assert.Equal(0, await service.TerminateAsync());
        Assert.Equal("", string.Join(Environment.NewLine, service.LoggedErrors)); // shows all of them
        Assert.Single(service.Process.OutputLines);
    }

    [Fact]
    public async Task the_end_waits_for_a_store_that_is_slow()
    {
        using var folder = new TempFolder("store");
        using var requestor = new Requestor();
        var settings = new ServeSettings(folder.Path);
        var homes = Home.Take(50);
        using (var service = await LeasequeryProcess.StartAsync(settings))
        {
            using var writer = LockForWriting(folder.At("leasequery.db"));
            foreach (var home in homes)
                requestor.Send(home.Ack, service.Endpoint);
            await requestor.AskAsync(new Home(ushort.MaxValue).Query(), service.Endpoint);
            service.Process.Terminate();
            await Eventually.StaysAsync(
                () => !service.Process.HasExited, TimeSpan.FromSeconds(3), "the service waits for its store",
                () => $"exit code {service.Process.ExitCode}");
            writer.Dispose(); // Rolls back, and lets the service write.
            await service.Process.WaitForExitAsync(Deadlines.Service, "the service to end");
            Assert.Equal(0, service.Process.ExitCode);
            Assert.Equal("", string.Join(Environment.NewLine, service.LoggedErrors)); // shows all of them
        }

        using var again = await LeasequeryProcess.StartAsync(settings);
        Assert.Equal(homes.Count, again.KnownAtStart);
    }

    [Theory] // Moments of a start, which takes one to two seconds here; each must be one that SIGTERM may come at.
    [InlineData(0)]
    [InlineData(250)]
    [InlineData(500)]
    [InlineData(750)]
    [InlineData(1000)]
    public async Task SIGTERM_before_it_is_ready_is_no_failure(int millisecondsAfterTheStoreIsOpen)
    {
        using var folder = new TempFolder("store");
        using var starting = Executable.Start(new ServeSettings(folder.Path).Arguments);
        await Eventually.HoldsAsync(() => File.Exists(folder.At("leasequery.db")), Deadlines.Service, "the store to be opened");
        await Eventually.StaysAsync(
            () => !starting.HasExited, TimeSpan.FromMilliseconds(millisecondsAfterTheStoreIsOpen), "the service starts");

        starting.Terminate();
        await starting.WaitForExitAsync(Deadlines.Service, "the service to end");

        Assert.Equal(0, starting.ExitCode);
        Assert.DoesNotContain(starting.ErrorLines, IsOfFailure);
    }

    /// <summary>
    /// Not what sharding says of a start that takes long, as on a busy machine, but what it says of an end that was not orderly.
    /// </summary>
    static bool IsOfFailure(string line) => !line.Contains(" info: ", StringComparison.Ordinal)
        && (!line.Contains(" warn: ", StringComparison.Ordinal)
            || line.Contains("CoordinatedShutdown", StringComparison.Ordinal));

    /// <summary>Somebody holds the one lock for writing that SQLite has, as a backup may.</summary>
    static SqliteTransaction LockForWriting(string database)
    {
        var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        return connection.BeginTransaction(deferred: false);
    }
}
