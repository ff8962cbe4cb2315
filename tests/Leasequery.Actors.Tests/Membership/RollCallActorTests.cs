using Akka.Actor;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Tests.Support;
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
    private Touch? _touch;

    [Theory] // other seeds, nodes, whether it forms one once it has listened
    [InlineData("", 0, true)] // it is all that there is to be
    [InlineData("no-such-1.invalid", 0, false)]
    [InlineData("no-such-1.invalid, no-such-2.invalid", 0, false)]
    [InlineData("no-such-1.invalid, no-such-2.invalid", 1, true)] // the operator knows better
    [InlineData("", 2, false)]
    public void Alone_it_forms_a_cluster_only_when_there_are_to_be_no_others(string others, int nodes, bool forms)
    {
        var rollCall = Start(others, nodes, Task.CompletedTask);
        Eventually("the seeds to be looked up", () => _log.Contains("Nodes that may be there"));

        _clock.Advance(Election.ListenTime);
        // Somebody who has no vote to give: whoever hears of others looks whether it may begin.
        rollCall.Tell(new RollCallProtocol.Present(Endpoint("127.0.0.9:7450"), _clock.GetTimestamp(), false, false, false));
        rollCall.Tell(new Identify(null), TestActor);
        ExpectMsg<ActorIdentity>(Patience);

        Assert.Equal(forms, _standing.Current > Standing.Looking);
    }

    [Fact]
    public async Task Without_its_store_it_is_not_there_and_with_it_it_begins()
    {
        var store = new TaskCompletionSource();
        var rollCall = Start("", nodes: 1, store.Task);
        rollCall.Tell(new RollCallProtocol.Call(Endpoint("127.0.0.9:7450"), 1, 0)); // no answer, and so no vote
        await rollCall.Ask<ActorIdentity>(new Identify(null), Patience);
        Assert.Equal(Standing.Waiting, _standing.Current);
        Assert.False(HasMessages);

        store.SetResult();
        Eventually("it to look", () => _standing.Current == Standing.Looking);
        Eventually("the seeds to be looked up", () => _log.Contains("Nodes that may be there"));
        rollCall.Tell(new RollCallProtocol.Call(Endpoint("127.0.0.9:7450"), 1, 0));
        Assert.False(ExpectMsg<RollCallProtocol.Present>(Patience).IsMember);
        _clock.Advance(Election.VoteTime); // nobody is bound any more, and it has listened
        Eventually("it to form its cluster", () => _standing.Current == Standing.Member);
    }

    [Fact]
    public void Who_owns_no_addresses_needs_no_store()
    {
        Start("no-such-1.invalid", nodes: 0, new TaskCompletionSource().Task, "roles = [ingress]");
        Eventually("the seeds to be looked up", () => _log.Contains("Nodes that may be there"));
        Assert.Equal(Standing.Looking, _standing.Current);
    }

    [Fact]
    public void Whom_the_cluster_does_not_take_looks_again_and_says_so()
    {
        var rollCall = Start("", nodes: 2, Task.CompletedTask);
        Eventually("the seeds to be looked up", () => _log.Contains("Nodes that may be there"));
        rollCall.Tell(new RollCallProtocol.Present(Endpoint("127.0.0.9:7450"), _clock.GetTimestamp(), true, false, false));
        Eventually("it to join", () => _standing.Current == Standing.Joining);

        _clock.Advance(TimeSpan.FromSeconds(16));
        Eventually("it to look again", () => _standing.Current == Standing.Looking);
    }

    [Theory] // what another node says of itself and of this one, whether this one ends
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    [InlineData(false, false, false)]
    public void A_member_ends_when_there_is_another_cluster_that_goes_on(bool isMember, bool knows, bool ends)
    {
        var other = Endpoint("127.0.0.1:1"); // nobody is there, and it comes before this node
        var rollCall = Start($"\"{other}\"", nodes: 2, Task.CompletedTask);
        Eventually("the seeds to be looked up", () => _log.Contains("Nodes that may be there"));
        _clock.Advance(Election.ListenTime);
        Hear(new RollCallProtocol.Present(Endpoint("127.0.0.9:7450"), _clock.GetTimestamp(), false, false, true));
        Eventually("it to form its cluster", () => _standing.Current == Standing.Member);

        for (var waited = TimeSpan.Zero; waited < Rivals.Patience; waited += TimeSpan.FromSeconds(1))
        {
            Hear(new RollCallProtocol.Present(other, _clock.GetTimestamp(), isMember, knows, false));
            Assert.False(IsEnding());
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Eventually("it to look at the time", () => _touch!.Silence == TimeSpan.Zero);
        Hear(new Identify(null));
        Assert.Equal(ends, _log.Contains("There are two clusters"));
        if (ends)
            Eventually("it to end", IsEnding);
        else
            Assert.False(IsEnding());
        Assert.Equal(ends, CoordinatedShutdown.Get(Sys).ShutdownReason is CoordinatedShutdown.ClusterDowningReason);

        bool IsEnding() => CoordinatedShutdown.Get(Sys).ShutdownReason is not null;

        void Hear(object message)
        {
            rollCall.Tell(message);
            rollCall.Tell(new Identify(null), TestActor);
            ExpectMsg<ActorIdentity>(Patience);
        }
    }

    private IActorRef Start(string others, int nodes, Task store, string more = "")
    {
        var self = Akka.Cluster.Cluster.Get(Sys).SelfAddress;
        var settings = Node.Settings($"store.kind = postgresql, cluster {{ nodes = {nodes}, "
            + $"seeds = [\"{self.Host}:{self.Port}\"{(others.Length > 0 ? ", " : "")}{others}]\n {more} }}").Cluster;
        _touch = new Touch(_clock, settings.SilenceAfter);
        return Sys.ActorOf(RollCallActor.Props(settings, _touch, _standing, store, _clock, check: null, _log));
    }
}
