using System.Net;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Peers.Packets;
using Leasequery.EndToEnd.Tests.Service;
using Leasequery.Tests.Databases;

namespace Leasequery.EndToEnd.Tests.Databases;

/// <summary>
/// The service on a database server that others run: it may be away when the service starts, and at any time after.
/// </summary>
public sealed class PostgreSqlSpec
{
    [DatabaseFact]
    public async Task after_kill_9_and_a_restart_every_location_is_known()
    {
        using var server = new DatabaseServer();
        using var folder = new TempFolder("store");
        using var requestor = new Requestor();
        var (homes, settings) = (Home.Take(200), ServeSettings.On(server, DatabaseServer.User, folder.Path));
        using (var service = await LeasequeryProcess.StartAsync(settings))
        {
            foreach (var home in homes)
                requestor.Send(home.Ack, service.Endpoint);
            await service.Monitoring.ShowsAsync(metrics => metrics.GleanedAndStored == homes.Count, "the leases to be stored");
            await service.KillAsync();
        }

        using var again = await LeasequeryProcess.StartAsync(settings);

        Assert.Equal(homes.Count, again.KnownAtStart);
        foreach (var home in homes)
            home.AssertLeased(await requestor.AskAsync(home.Query(), again.Endpoint));
        Assert.Equal(homes.Count.ToString(), server.Execute("SELECT count(*) FROM journal"));
        Assert.Empty(again.LoggedErrors);
    }

    [DatabaseFact]
    public async Task while_the_database_is_away_what_is_known_is_answered_and_it_goes_on_by_itself_when_it_is_back()
    {
        using var server = new DatabaseServer();
        using var folder = new TempFolder("store");
        using var requestor = new Requestor();
        using var service = await LeasequeryProcess.StartAsync(ServeSettings.On(server, DatabaseServer.User, folder.Path));
        var known = Home.Take(20);
        foreach (var home in known)
            requestor.Send(home.Ack, service.Endpoint);
        await service.Monitoring.ShowsAsync(metrics => metrics.GleanedAndStored == known.Count, "the first homes to be stored");

        server.Stop();
        var late = new Home(known.Count);
        await service.Monitoring.ShowsAsync(
            metrics =>
            {
                requestor.Send(late.Ack, service.Endpoint);
                return !metrics.IsStoreAvailable;
            },
            "the service to notice that the database is away");
        for (var i = 0; i < 100; i++) // One may be let through, to see whether the store is back.
            requestor.Send(late.Ack, service.Endpoint);
        await service.Monitoring.ShowsAsync(
            metrics => metrics.Drops["store-unavailable"] >= 90, "what is not stored to be counted");
        foreach (var home in known)
            home.AssertLeased(await requestor.AskAsync(home.Query(), service.Endpoint));
        var (status, text) = await service.Monitoring.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains(
            "the store takes no events: PostgreSQL, postgresql://leasequery@127.0.0.1", text, StringComparison.Ordinal);
        Assert.Single(service.LoggedErrors, line => line.Contains("The store takes no events", StringComparison.Ordinal));

        server.Start();
        await BecomesKnownAsync(requestor, service, late);
        foreach (var home in known.Append(late))
            home.AssertLeased(await requestor.AskAsync(home.Query(), service.Endpoint));
        await service.Monitoring.ShowsAsync(metrics => metrics.IsStoreAvailable, "the store to be available again");
        Assert.Equal("ready\n", (await service.Monitoring.GetAsync("/readyz")).Text);
        Assert.Equal((known.Count + 1).ToString(), server.Execute("SELECT count(*) FROM journal"));
        Assert.DoesNotContain(service.Process.Lines, line => line.Contains(DatabaseServer.Password, StringComparison.Ordinal));
    }

    [DatabaseFact]
    public async Task without_its_database_it_starts_says_why_answers_nothing_and_becomes_ready_when_the_database_is_there()
    {
        using var server = new DatabaseServer();
        using var folder = new TempFolder("store");
        using var requestor = new Requestor();
        var settings = ServeSettings.On(server, "later", folder.Path)
            .With("leasequery.ingress.listen", """["127.0.0.1:45911"]""");
        using var process = Executable.Start(settings.Arguments);
        await process.WaitForLineAsync(
            "The store cannot be read, trying again.*database \"later\" does not exist",
            Deadlines.Service, "the service to say why it is not ready");
        Assert.Empty(process.OutputLines);
        var home = new Home(1);
        requestor.Send(home.Query(), IPEndPoint.Parse("127.0.0.1:45911"));

        server.Execute("CREATE DATABASE later");
        using var service = await LeasequeryProcess.WhenReadyAsync(process);

        await BecomesKnownAsync(requestor, service, home);
        Assert.Equal(0, await service.TerminateAsync());
    }

    [DatabaseFact]
    public async Task another_number_of_shards_than_that_of_a_node_that_runs_waits_for_it_to_go_and_says_so_by_its_key()
    {
        using var server = new DatabaseServer();
        using var folder = new TempFolder("store");
        var settings = ServeSettings.On(server, DatabaseServer.User, folder.Path);
        using var service = await LeasequeryProcess.StartAsync(settings);

        var other = settings.With("leasequery.addresses.shards", "32").With("leasequery.store.directory", folder.At("other"));
        const string refusal = "leasequery.addresses.shards = 32: 64, as the nodes have it that run";
        using (var impatient = Executable.Start(other.Arguments))
        {
            await impatient.WaitForLineAsync(refusal, Deadlines.Service, "the number of the others to be told");
            impatient.Terminate();
            await impatient.WaitForExitAsync(Deadlines.Service, "the end of who waits");
            Assert.Equal(0, impatient.ExitCode);
            Assert.Empty(impatient.OutputLines);
        }

        using var patient = Executable.Start(other.Arguments);
        await patient.WaitForLineAsync(refusal, Deadlines.Service, "the number of the others to be told");
        Assert.Equal(0, await service.TerminateAsync());
        using var changed = await LeasequeryProcess.WhenReadyAsync(patient);
    }

    [DatabaseFact]
    public async Task a_password_comes_from_the_environment_and_is_shown_nowhere()
    {
        using var server = new DatabaseServer();
        using var folder = new TempFolder("store");
        var file = folder.Write("node.conf", """
            akka { log-config-on-start = on, loglevel = INFO }
            leasequery.store.postgresql.password = ${?LEASEQUERY_TEST_PASSWORD}
            """);
        var settings = ServeSettings.On(server, DatabaseServer.User, folder.Path).Without("leasequery.store.postgresql.password");
        using var service = await LeasequeryProcess.WhenReadyAsync(Executable.Start(
            [.. settings.Arguments, "--config", file], with: ("LEASEQUERY_TEST_PASSWORD", DatabaseServer.Password)));

        Assert.Contains(service.Process.Lines, line => line.Contains("log-config-on-start", StringComparison.Ordinal));
        Assert.DoesNotContain(service.Process.Lines, line => line.Contains("s3cr", StringComparison.Ordinal));
    }

    static Task<HandMadeDhcp> BecomesKnownAsync(Requestor requestor, LeasequeryProcess service, Home home) =>
        Eventually.GivesAsync(
            async () =>
            {
                requestor.Send(home.Ack, service.Endpoint);
                var reply = await requestor.AskAsync(home.Query(), service.Endpoint);
                return reply.MessageType == HandMadeQuery.Active ? reply : null;
            },
            Deadlines.Answer, "the store to take events again");
}
