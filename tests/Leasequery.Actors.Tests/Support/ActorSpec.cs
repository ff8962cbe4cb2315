using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.TestKit;

namespace Leasequery.Actors.Tests.Support;

/// <summary>A spec with an actor system: its timers stand still until the test moves them, its journal obeys.</summary>
public abstract class ActorSpec() : Akka.TestKit.Xunit2.TestKit(Setup)
{
    private static readonly Config Setup = ConfigurationFactory.ParseString(
        $$"""
        akka.loglevel = OFF
        akka.stdout-loglevel = OFF
        akka.scheduler.implementation = "{{typeof(TestScheduler).AssemblyQualifiedName}}"
        akka.test.single-expect-default = {{Some.Patience.TotalSeconds}} s
        akka.persistence.journal.plugin = "test-journal"
        test-journal.class = "{{typeof(TestJournal).AssemblyQualifiedName}}"
        test-journal.plugin-dispatcher = "akka.actor.default-dispatcher"
        """);

    private protected Node Node { get; } = new();

    protected IActorRef Journal => Persistence.Instance.Apply(Sys).JournalFor(null);

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    /// <summary>Moves the clock and the timers.</summary>
    protected void Advance(TimeSpan time)
    {
        Node.Clock.Advance(time);
        Scheduler.Advance(time);
    }

    /// <summary>Waits until an actor has handled what was sent to it before.</summary>
    protected void Settle(IActorRef actor)
    {
        var probe = CreateTestProbe();
        actor.Tell(new Identify(null), probe);
        probe.ExpectMsg<ActorIdentity>();
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        Node.Metrics.Dispose(); // not the table: actors that are still about to stop write it
    }
}
