using Akka.Actor;
using Akka.Configuration;
using Leasequery.Actors;
using Leasequery.Actors.Settings;
using Leasequery.Host.Serving;
using Leasequery.Host.Wording;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Leasequery.Host.Tests.Serving;

/// <summary>How the service ends: told to, it is done; by itself, it is to be started again, whatever the reason.</summary>
public sealed class ServiceRunnerTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("leasequery-runner-");
    private readonly Config _config;
    private readonly LeasequerySettings _settings;
    private readonly IHost _host;

    public ServiceRunnerTests()
    {
        _config = ConfigurationFactory.ParseString($$"""
            leasequery {
              networks = ["10.0.0.0/8"]
              requestors = [{ prefix = "127.0.0.1/32" }]
              ingress.listen = ["127.0.0.1:0"]
              addresses.shards = 2
              store.directory = "{{_directory.FullName}}"
              monitoring.listen = off
            }
            akka { loglevel = OFF, stdout-loglevel = OFF }
            """);
        _settings = LeasequerySettings.From(_config);
        _host = ServiceRunner.Build(_settings);
    }

    public static TheoryData<string, CoordinatedShutdown.Reason, string> Reasons => new()
    {
        { "a reason of Akka's remoting", new TlsMishap(), "the actors ended by themselves (TlsMishap)" },
        { "given up", CoordinatedShutdown.ClusterDowningReason.Instance, "the cluster went on without this node" },
        { "not taken", CoordinatedShutdown.ClusterJoinUnsuccessfulReason.Instance, "the cluster went on without this node" },
        { "no reason given", CoordinatedShutdown.UnknownReason.Instance, "the actors ended by themselves (UnknownReason)" },
    };

    public void Dispose()
    {
        _host.Dispose();
        _directory.Delete(recursive: true);
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public async Task An_end_that_nobody_asked_for_is_told_with_its_reason_and_to_be_started_again(
        string what, CoordinatedShutdown.Reason reason, string line)
    {
        var failure = await Assert.ThrowsAsync<CommandFailedException>(() =>
            RunAsync(system => CoordinatedShutdown.Get(system).Run(reason)));
        Assert.True(failure.ExitCode == ExitCodes.StartAgain, what);
        Assert.StartsWith(line, failure.Message);
    }

    [Fact]
    public async Task So_is_one_of_an_actor_that_all_others_depend_on()
    {
        var failure = await Assert.ThrowsAsync<CommandFailedException>(() => RunAsync(system =>
        {
            system.ActorSelection("/system").Tell(Kill.Instance);
            return Task.CompletedTask;
        }));
        Assert.Equal(ExitCodes.StartAgain, failure.ExitCode);
        Assert.EndsWith("it is to be started again", failure.Message);
    }

    [Theory] // read when the actor system is made, and when the first actors are
    [InlineData("akka.loglevel = INFOO", "INFOO")]
    [InlineData("akka.actor.default-dispatcher.throughput = many", "many")]
    [InlineData("akka.cluster.sharding.rebalance-interval = soon", "soon")]
    public async Task A_value_that_Akka_cannot_use_is_a_wrong_setting_and_told_in_its_words(string hocon, string told)
    {
        using var host = ServiceRunner.Build(LeasequerySettings.From(
            ConfigurationFactory.ParseString(
                $"{hocon}, leasequery.store.directory = \"{_directory.FullName}/other\"").SafeWithFallback(_config)));
        var wrong = await Assert.ThrowsAsync<SettingsException>(() =>
            ServiceRunner.RunAsync(host, _settings, TextWriter.Null, _ => { }, CancellationToken.None)
                .WaitAsync(Deadlines.Service));
        Assert.Equal(ExitCodes.Configuration, ExitCodes.Of(wrong));
        Assert.StartsWith("akka = { ... }: what Akka can start with (", wrong.Message);
        Assert.Contains(told, wrong.Message);
        Assert.DoesNotContain('\n', wrong.Message);
    }

    [Fact]
    public async Task Who_is_told_to_end_is_done()
    {
        using var told = new CancellationTokenSource();
        await RunAsync(_ => told.CancelAsync(), told.Token);
    }

    [Fact]
    public Task So_is_who_is_told_to_leave_its_cluster() => RunAsync(system =>
    {
        Akka.Cluster.Cluster.Get(system).Leave(Akka.Cluster.Cluster.Get(system).SelfAddress);
        return Task.CompletedTask;
    });

    [Fact]
    public async Task A_host_of_somebody_else_ends_with_it_and_can_tell_why()
    {
        var end = _host.Services.GetRequiredService<ServiceEnd>();
        var readiness = _host.Services.GetRequiredService<Readiness>();
        var run = _host.RunAsync();
        await readiness.WaitAsync().WaitAsync(Deadlines.Service);
        Assert.Null(end.Unplanned);

        _ = CoordinatedShutdown.Get(_host.Services.GetRequiredService<ActorSystem>()).Run(new TlsMishap());
        await run.WaitAsync(Deadlines.Service);
        Assert.Equal("the actors ended by themselves (TlsMishap)", end.Unplanned);
    }

    // Runs the service, and does something to it as soon as it is ready.
    private async Task RunAsync(Func<ActorSystem, Task> act, CancellationToken told = default)
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var run = ServiceRunner.RunAsync(_host, _settings, TextWriter.Null, _ => ready.SetResult(), told);
        await (await Task.WhenAny(run, ready.Task)).WaitAsync(Deadlines.Service, told);
        await act(_host.Services.GetRequiredService<ActorSystem>());
        await run.WaitAsync(Deadlines.Service);
    }

    /// <summary>Stands for Akka's own reasons that have no name in its interface, such as TlsHandshakeFailureReason.</summary>
    private sealed class TlsMishap : CoordinatedShutdown.Reason
    {
        public override int ExitCode => 79; // what Akka would end the process with, if it were let
    }
}
