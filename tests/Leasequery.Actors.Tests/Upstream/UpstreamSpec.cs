using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Tests.Support;
using Leasequery.Wire;

namespace Leasequery.Actors.Tests.Upstream;

/// <summary>
/// A spec about asking DHCP servers. Time stands still until the test moves it. An actor that is started with
/// <see cref="Start{T}"/> has handled a message when Tell returns, so that nothing has to be waited for.
/// </summary>
public abstract class UpstreamSpec() : Akka.TestKit.Xunit2.TestKit(Setup)
{
    /// <summary>The grain of time: what is due comes this much late at most.</summary>
    protected static readonly TimeSpan Step = TimeSpan.FromSeconds(0.5);

    private static readonly Config Setup = ConfigurationFactory.ParseString(
        $$"""
        akka.loglevel = OFF
        akka.stdout-loglevel = OFF
        akka.scheduler.implementation = "{{typeof(TestScheduler).AssemblyQualifiedName}}"
        akka.test.single-expect-default = {{Support.Some.Patience.TotalSeconds}} s
        akka.persistence.journal.plugin = "upstream-journal"
        upstream-journal.class = "{{typeof(UpstreamJournal).AssemblyQualifiedName}}"
        upstream-journal.plugin-dispatcher = "akka.actor.default-dispatcher"
        """);

    private protected VirtualClock Clock { get; } = new();

    protected static Ipv4Address Address(string text) => Ipv4Address.Parse(text);

    /// <summary>Settings of a test: its text inside <c>leasequery.upstream { }</c>, with what is required besides.</summary>
    protected static LeasequerySettings Settings(string upstream) => LeasequerySettings.From(ConfigurationFactory.ParseString(
        $$"""
        leasequery {
          networks = ["10.1.0.0/16", "10.2.0.0/16"]
          requestors = [{ prefix = "10.9.0.0/16" }]
          ingress.listen = ["10.0.0.7:67"]
          upstream {
            {{upstream}}
          }
        }
        """));

    /// <summary>Moves the clock and the timers, grain by grain.</summary>
    /// <param name="time">How far.</param>
    /// <param name="eachStep">What is done after each.</param>
    protected void Advance(TimeSpan time, Action? eachStep = null)
    {
        for (var end = Clock.Elapsed + time; Clock.Elapsed < end;)
        {
            var step = end - Clock.Elapsed < Step ? end - Clock.Elapsed : Step;
            Clock.Advance(step);
            ((TestScheduler)Sys.Scheduler).Advance(step);
            eachStep?.Invoke();
        }
    }

    protected void Advance(double seconds, Action? eachStep = null) => Advance(TimeSpan.FromSeconds(seconds), eachStep);

    /// <summary>Starts an actor that works on the thread that tells it something.</summary>
    protected IActorRef Start<T>(Props props)
        where T : ActorBase => ActorOfAsTestActorRef<T>(props);

    private protected UpstreamRecorder Recorder(string name) => new(Sys, Clock, name);

    /// <summary>Waits until an actor has handled what was sent to it before.</summary>
    protected void Settle(IActorRef actor)
    {
        var probe = CreateTestProbe();
        actor.Tell(new Identify(null), probe);
        probe.ExpectMsg<ActorIdentity>();
    }
}
