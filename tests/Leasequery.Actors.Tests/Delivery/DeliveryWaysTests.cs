using Akka.Actor;
using Leasequery.Actors.Delivery;
using Leasequery.Actors.Forwarding;
using Leasequery.Actors.Ingress;
using Leasequery.Actors.Tests.Support;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Delivery;

public class DeliveryWaysTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly VirtualClock _clock = new();
    private readonly AdmissionGate _gate;
    private readonly DeliveryWays _ways;
    private readonly Queue<long> _tickets = [];
    private readonly ShardOwner _one = Owner("10.0.0.1");
    private readonly ShardOwner _two = Owner("10.0.0.2");

    public DeliveryWaysTests()
    {
        _gate = new AdmissionGate(1000, Timeout, _clock);
        _ways = new DeliveryWays(_gate);
    }

    [Fact]
    public void What_nothing_is_before_goes_where_it_should()
    {
        Assert.Null(Enter(null));
        Leave();
        Assert.Same(_one, Enter(_one));
        Leave();
        Assert.Same(_two, Enter(_two));
    }

    [Fact]
    public void What_comes_behind_something_goes_after_it_until_all_of_it_has_arrived()
    {
        Enter(null);
        Assert.Null(Enter(_one));
        Leave();
        Assert.Null(Enter(_one));
        Leave();
        Leave();
        Assert.Same(_one, Enter(_one));
        Assert.Same(_one, Enter(_two)); // the shard has moved: it passes it on
        Assert.Same(_one, Enter(null));
    }

    [Fact]
    public void One_address_does_not_hold_up_another()
    {
        Enter(null);
        Assert.Same(_one, _ways.Enter(new(Subscriber.Value + 1), _one, 0));
    }

    [Fact]
    public void What_never_arrives_is_forgotten_when_the_gate_has_forgotten_it()
    {
        Enter(null);
        _clock.Advance(Timeout - TimeSpan.FromSeconds(1));
        Assert.Null(Enter(_one));
        _clock.Advance(Timeout + Timeout);
        Assert.Same(_one, Enter(_one));
    }

    [Fact] // the database stood still; nobody counts it any more, and it was on its way all the same
    public void What_arrives_after_the_gate_has_forgotten_it_is_not_on_its_way_any_more()
    {
        Enter(null);
        var late = _tickets.Dequeue();
        for (var second = 0; second < 7; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            Enter(null);
            Leave();
        }

        Assert.False(_gate.Leave(late));
        _ways.Leave(Subscriber, late);
        Assert.Same(_one, Enter(_one));
    }

    [Fact]
    public void What_never_arrives_is_forgotten_though_others_follow_all_the_time()
    {
        Enter(null);
        _tickets.Clear();
        for (var second = 0; second < 12; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            Enter(null);
            Leave();
        }

        Assert.Same(_one, Enter(_one));
    }

    [Fact]
    public void Where_something_is_always_on_its_way_it_is_never_overtaken()
    {
        Enter(null);
        for (var second = 0; second < 30; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Null(Enter(_one));
            Leave();
        }

        Leave();
        Assert.Same(_one, Enter(_one));
    }

    [Fact] // nobody would take it there
    public void A_node_that_has_left_gets_nothing_more()
    {
        Enter(_one);
        _one.Go();
        Assert.Same(_two, Enter(_two));
        Leave();
        Assert.Null(Enter(null));
    }

    [Fact] // a result that comes late, or twice
    public void More_never_arrives_than_is_on_its_way()
    {
        _ways.Leave(Subscriber, 0);
        Enter(null);
        Assert.Null(Enter(_one));
    }

    private ShardOwner? Enter(ShardOwner? wanted)
    {
        Assert.True(_gate.TryEnter(out var ticket));
        _tickets.Enqueue(ticket);
        return _ways.Enter(Subscriber, wanted, ticket);
    }

    // The one that is on its way for the longest time has arrived.
    private void Leave() => _ways.Leave(Subscriber, _tickets.Dequeue());

    private static ShardOwner Owner(string host) =>
        new(new Address("akka.tcp", "leasequery", host, 4053), null, ActorRefs.Nobody);
}
