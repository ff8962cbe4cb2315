using Leasequery.Actors.Addresses;
using Leasequery.Actors.Ingress;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Tests.Support;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests;

public sealed class ReadinessTests : IDisposable
{
    private const int Shards = 4;
    private const string NoSockets = "this node has no sockets (leasequery.cluster.roles): others are asked";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    private readonly Node _node = new();
    private readonly IngressStatus _ingress = new();
    private readonly ShardProgress _shards = new(Shards);
    private readonly NodeStanding _standing = new();
    private readonly HostLifetime _lifetime = new();
    private readonly Touch _touch;
    private readonly Readiness _readiness;

    public ReadinessTests()
    {
        _touch = new Touch(_node.Clock, Limit);
        _readiness = new Readiness(_ingress, _shards, _node.Store, _standing, _touch, new ServiceEnd(_lifetime));
    }

    public void Dispose() => _node.Dispose();

    [Fact]
    public void At_the_start_all_reasons_are_told() => Expect(
        [
            "the sockets are not open", "no cluster is found yet, and too few nodes to form one",
            "0 of 4 shards are loaded",
        ]);

    [Fact]
    public void A_node_that_has_all_it_needs_is_ready()
    {
        BecomesReady();
        Expect([]);
    }

    [Fact]
    public void Sockets_that_are_closed_are_an_obstacle()
    {
        BecomesReady();
        _ingress.Closed();
        Expect(["the sockets are not open"]);
    }

    [Theory]
    [InlineData(Standing.Looking, "no cluster is found yet, and too few nodes to form one")]
    [InlineData(Standing.Joining, "the node joins its cluster")]
    [InlineData(Standing.Leaving, "the node hands over its shards and ends")]
    public void Who_is_no_member_is_not_ready_whatever_else_it_has(Standing standing, string reason)
    {
        BecomesReady(standing);
        Expect([reason]);
    }

    [Fact]
    public void A_member_that_hears_of_no_majority_is_not_ready_until_it_does()
    {
        BecomesReady();
        _node.Clock.Advance(Limit - TimeSpan.FromMilliseconds(1));
        Expect([]);

        _node.Clock.Advance(TimeSpan.FromSeconds(2));
        Expect(["no majority of the cluster was heard of for 6 s: others may own its addresses by now"]);

        _touch.Confirm(_node.Clock.GetTimestamp());
        Expect([]);
    }

    [Fact]
    public void Who_waits_for_its_store_says_why()
    {
        BecomesReady(Standing.Waiting);
        Expect(["the node joins its cluster once it has reached its store"]);
        _node.Store.ReportAbsence(new IOException("no pg_hba.conf entry"));
        Expect(["the node joins its cluster once it has reached its store: no pg_hba.conf entry"]);
    }

    [Fact]
    public async Task Nobody_waits_for_a_service_whose_host_stops()
    {
        var wait = _readiness.WaitAsync();
        Assert.False(wait.IsCompleted);
        _lifetime.StopApplication();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.WaitAsync(Patience));
    }

    [Theory] // loaded in the order of their numbers
    [InlineData(1)]
    [InlineData(3)]
    public void Until_all_shards_were_loaded_once_it_is_not_ready(int loaded)
    {
        BecomesReady(loaded: loaded);
        Expect([$"{loaded} of 4 shards are loaded"]);
        Load(Shards);
        Expect([]);
    }

    [Fact]
    public void Shards_on_their_way_are_told_as_long_as_more_than_half_are_there()
    {
        BecomesReady();
        _shards.Report(0, isComplete: false, "");
        Expect([], ["3 of 4 shards are loaded"]);

        _shards.Report(1, isComplete: false, "disk gone");
        Expect(["2 of 4 shards are loaded: disk gone"]);

        _shards.Report(0, isComplete: true, "");
        Expect([], ["3 of 4 shards are loaded: disk gone"]);
    }

    [Fact]
    public void A_store_that_takes_no_events_is_told_and_no_obstacle()
    {
        BecomesReady();
        _node.Store.ReportFailure(new IOException("disk full"));
        Expect([], ["the store takes no events: disk full"]);
    }

    [Fact]
    public void Servers_that_may_not_be_heard_are_told_and_no_obstacle()
    {
        BecomesReady();
        _ingress.Doubt = "no port 67";
        Expect([], ["no port 67"]);
    }

    [Fact]
    public void A_node_without_sockets_does_its_part_and_is_sent_no_queries()
    {
        _ingress.NotHere();
        Assert.Equal([NoSockets, "no cluster is found yet, and too few nodes to form one", "0 of 4 shards are loaded"],
            _readiness.ObstaclesToQueries());

        BecomesMember();
        Load(Shards);
        Assert.Empty(_readiness.Obstacles());
        Assert.Equal([NoSockets], _readiness.ObstaclesToQueries());
    }

    [Fact]
    public async Task Whoever_waits_for_the_start_waits_for_sockets_membership_and_shards()
    {
        var start = _readiness.WaitAsync();
        _ingress.Opened([Some.Endpoint("10.0.0.1:67")]);
        _standing.MoveTo(Standing.Member);
        Load(Shards - 1);
        Assert.False(start.IsCompleted);

        Load(Shards);
        Assert.Equal([Some.Endpoint("10.0.0.1:67")], await start.WaitAsync(Some.Patience));
    }

    private void BecomesReady(Standing standing = Standing.Member, int loaded = Shards)
    {
        _ingress.Opened([]);
        BecomesMember(standing);
        Load(loaded);
    }

    private void BecomesMember(Standing standing = Standing.Member)
    {
        _standing.MoveTo(standing);
        _touch.Confirm(_node.Clock.GetTimestamp());
    }

    private void Load(int shards)
    {
        for (var shard = 0; shard < shards; shard++)
            _shards.Report(shard, isComplete: true, "");
    }

    // Where there are sockets, what keeps a node from its part keeps queries from it.
    private void Expect(IEnumerable<string> obstacles, IEnumerable<string>? impairments = null)
    {
        Assert.Equal(obstacles, _readiness.Obstacles());
        Assert.Equal(obstacles, _readiness.ObstaclesToQueries());
        Assert.Equal(impairments ?? [], _readiness.Impairments());
    }
}
