using Akka.Actor;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Tests.Support;
using Microsoft.Extensions.Logging;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Membership;

/// <summary>A node that starts, on the loopback and with names that nobody knows. Its clock is the test's.</summary>
public sealed class RollCallActorTests() : Akka.TestKit.Xunit2.TestKit(
    Akka.Configuration.ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }")
        .WithFallback(LeasequerySettings.Reference))
{
    private readonly VirtualClock _clock = new();
    private readonly NodeStanding _standing = new();
    private readonly Lines _log = new();

    [Theory] // other seeds, nodes, whether it forms one once it has listened
    [InlineData("", 0, true)] // it is all that there is to be
    [InlineData("no-such-1.invalid", 0, false)]
    [InlineData("no-such-1.invalid, no-such-2.invalid", 0, false)]
    [InlineData("no-such-1.invalid, no-such-2.invalid", 1, true)] // the operator knows better
    [InlineData("", 2, false)]
    public void Alone_it_forms_a_cluster_only_when_there_are_to_be_no_others(string others, int nodes, bool forms)
    {
        var self = Akka.Cluster.Cluster.Get(Sys).SelfAddress;
        var settings = Node.Settings($"store.kind = postgresql, cluster {{ nodes = {nodes}, "
            + $"seeds = [\"{self.Host}:{self.Port}\"{(others.Length > 0 ? ", " : "")}{others}] }}").Cluster;
        var rollCall = Sys.ActorOf(RollCallActor.Props(settings, new Touch(_clock, settings.SilenceAfter), _standing, _clock,
            check: null, _log));
        Eventually("the seeds to be looked up", () => _log.Contains("Nodes that may be there"));

        _clock.Advance(Election.ListenTime);
        // Somebody who has no vote to give: whoever hears of others looks whether it may begin.
        rollCall.Tell(new RollCallProtocol.Present(Endpoint("127.0.0.9:7450"), _clock.GetTimestamp(), false, false, false));
        rollCall.Tell(new Identify(null), TestActor);
        ExpectMsg<ActorIdentity>(Patience);

        Assert.Equal(forms, _standing.Current > Standing.Looking);
    }

    /// <summary>What an actor logs.</summary>
    private sealed class Lines : ILogger
    {
        private readonly List<string> _lines = [];

        public bool Contains(string text)
        {
            lock (_lines)
                return _lines.Exists(line => line.Contains(text, StringComparison.Ordinal));
        }

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            lock (_lines)
                _lines.Add(formatter(state, exception));
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;
    }
}
