using System.Collections.Concurrent;
using Akka.Actor;
using Akka.TestKit;
using Akka.Util;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Forwarding;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Tests.Support;

namespace Leasequery.Actors.Tests.Addresses;

public class ShardOpenerTests : ActorSpec
{
    private readonly TestProbe _addresses;
    private readonly ShardProgress _progress = new(3);
    private readonly ShardOwners _owners = new(3);
    private readonly ConcurrentDictionary<string, AppVersion> _versions = new();
    private readonly TaskCompletionSource _joined = new();
    private readonly IActorRef _opener;
    private volatile bool _hasOwners = true;

    public ShardOpenerTests()
    {
        _addresses = CreateTestProbe();
        _opener = Start(_joined.Task);
        _joined.SetResult();
        ExpectRound();
    }

    [Fact]
    public void Before_the_node_is_a_member_nothing_is_asked_whoever_looks_for_a_shard()
    {
        var (joined, owners) = (new TaskCompletionSource(), new ShardOwners(3));
        Sys.Stop(_opener);
        var opener = Start(joined.Task, owners);
        for (var waited = TimeSpan.Zero; waited < TimeSpan.FromMinutes(1); waited += TimeSpan.FromMilliseconds(100))
        {
            owners.Want();
            Settle(opener);
            Advance(TimeSpan.FromMilliseconds(100));
        }

        Settle(opener);
        Assert.False(_addresses.HasMessages);
        joined.SetResult();
        ExpectRound();
    }

    [Fact]
    public void While_no_member_owns_addresses_nothing_is_asked_and_shards_count_as_lost()
    {
        CompleteAll();
        _hasOwners = false;
        for (var waited = TimeSpan.Zero; waited < TimeSpan.FromMinutes(1); waited += TimeSpan.FromMilliseconds(100))
        {
            Advance(TimeSpan.FromMilliseconds(100));
            ExpectNothing();
        }

        Assert.Equal(0, _progress.Complete);
        _hasOwners = true;
        Advance(TimeSpan.FromMilliseconds(100));
        ExpectRound();
    }

    [Fact]
    public void While_a_shard_is_not_complete_all_are_asked_ten_times_a_second()
    {
        for (var round = 0; round < 3; round++)
        {
            Report(0, isComplete: true);
            Report(1, isComplete: true);
            Report(2, isComplete: false);
            Advance(TimeSpan.FromMilliseconds(99));
            ExpectNothing();
            Advance(TimeSpan.FromMilliseconds(1));
            ExpectRound();
        }
    }

    [Fact]
    public void Who_does_not_answer_is_asked_less_and_less_often_until_it_does()
    {
        var asked = new List<int>();
        for (var now = 100; now <= 5000; now += 100)
        {
            Report(0, isComplete: true);
            Report(1, isComplete: true);
            Advance(TimeSpan.FromMilliseconds(100));
            Settle(_opener);
            while (_addresses.HasMessages)
                if (_addresses.ExpectMsg<ShardProtocol.Open>().Shard == 2)
                    asked.Add(now);
        }

        Assert.Equal([100, 200, 400, 800, 1600, 2400, 3200, 4000, 4800], asked);
        for (var round = 0; round < 3; round++)
        {
            for (var shard = 0; shard < 3; shard++)
                Report(shard, isComplete: false);
            Advance(TimeSpan.FromMilliseconds(100));
            ExpectRound();
        }
    }

    [Fact]
    public void When_all_are_complete_they_are_asked_once_a_second()
    {
        CompleteAll();
        Advance(TimeSpan.FromMilliseconds(100)); // the tick that was set before
        ExpectRound();
        Advance(TimeSpan.FromMilliseconds(999));
        ExpectNothing();
        Advance(TimeSpan.FromMilliseconds(1));
        ExpectRound();
    }

    [Fact]
    public void A_shard_that_loads_anew_elsewhere_is_asked_often_again()
    {
        CompleteAll();
        Advance(TimeSpan.FromMilliseconds(100));
        ExpectRound();
        Report(1, isComplete: false);
        Advance(TimeSpan.FromSeconds(1));
        ExpectRound();
        Advance(TimeSpan.FromMilliseconds(100));
        ExpectRound();
    }

    [Fact]
    public void A_shard_whose_owner_is_silent_counts_as_lost_until_it_is_heard_of()
    {
        CompleteAll();
        for (var waited = TimeSpan.Zero; waited <= ShardOpener.OwnerLimit; waited += TimeSpan.FromSeconds(1))
        {
            Assert.Equal(3, _progress.Complete);
            Advance(TimeSpan.FromSeconds(1));
            Report(0, isComplete: true);
            Report(2, isComplete: true);
        }

        Assert.Equal(2, _progress.Complete);
        Report(1, isComplete: true);
        Assert.True(_progress.IsComplete);
    }

    [Fact]
    public void What_keeps_a_shard_from_loading_is_known()
    {
        _opener.Tell(new ShardProtocol.Opened(1, false, "disk gone"));
        Settle(_opener);
        Assert.Equal("disk gone", _progress.Problem);
    }

    [Fact]
    public void Where_an_answer_comes_from_is_where_the_shard_is()
    {
        _versions["10.0.0.2"] = AppVersion.Create(ServiceVersion.Own);
        _opener.Tell(new ShardProtocol.Opened(1, true, ""), new FarActor("10.0.0.2"));
        _opener.Tell(new ShardProtocol.Opened(2, true, ""), TestActor);
        Settle(_opener);
        Assert.Equal((null, "10.0.0.2", null), (_owners.NodeOf(0), _owners.NodeOf(1)!.Host, _owners.NodeOf(2)!.Host));
        Assert.NotNull(_owners.LookUpOf(1));
        Assert.Null(_owners.LookUpOf(2)); // this node
    }

    [Theory]
    [InlineData("0.1.0", false)]
    [InlineData("0.2.0", true)]
    [InlineData("0.2.1", true)]
    [InlineData("0.10.0", true)]
    [InlineData("1.0.0", true)]
    public void A_node_of_an_earlier_version_is_asked_but_gets_nothing_in_batches_that_was_gleaned(string version, bool takes)
    {
        _versions["10.0.0.2"] = AppVersion.Create(version);
        _opener.Tell(new ShardProtocol.Opened(1, true, ""), new FarActor("10.0.0.2"));
        Settle(_opener);
        Assert.NotNull(_owners.Find(1)!.LookUp);
        Assert.Equal(takes, _owners.Find(1)!.Delivery is not null);
    }

    [Fact]
    public void A_node_that_is_no_member_yet_is_learned_when_it_is()
    {
        _opener.Tell(new ShardProtocol.Opened(1, true, ""), new FarActor("10.0.0.2"));
        Settle(_opener);
        Assert.Null(_owners.Find(1));
        _versions["10.0.0.2"] = AppVersion.Create(ServiceVersion.Own);
        _opener.Tell(new ShardProtocol.Opened(1, true, ""), new FarActor("10.0.0.2"));
        Settle(_opener);
        Assert.NotNull(_owners.Find(1));
    }

    [Fact]
    public void A_shard_that_somebody_looks_for_is_asked_soon()
    {
        CompleteAll();
        Advance(TimeSpan.FromMilliseconds(100));
        ExpectRound();
        _owners.Want();
        _owners.Want();
        Settle(_opener);
        Advance(TimeSpan.FromMilliseconds(100));
        ExpectRound();
        Advance(TimeSpan.FromMilliseconds(999));
        ExpectNothing();
    }

    private IActorRef Start(Task joined, ShardOwners? owners = null) =>
        Sys.ActorOf(ShardOpener.Props(_addresses, _progress, owners ?? _owners, joined, () => _hasOwners,
            node => _versions.GetValueOrDefault(node.Host ?? ""), Node.Clock));

    private void CompleteAll()
    {
        for (var shard = 0; shard < _progress.Shards; shard++)
            Report(shard, isComplete: true);
        Assert.True(_progress.IsComplete);
    }

    private void Report(int shard, bool isComplete)
    {
        _opener.Tell(new ShardProtocol.Opened(shard, isComplete, ""));
        Settle(_opener);
    }

    private void ExpectRound()
    {
        for (var shard = 0; shard < _progress.Shards; shard++)
            _addresses.ExpectMsg(new ShardProtocol.Open(shard));
        Settle(_opener); // it sets its next tick after the last of them
    }

    private void ExpectNothing()
    {
        Settle(_opener);
        Assert.False(_addresses.HasMessages);
    }

    private sealed class FarActor(string host) : MinimalActorRef
    {
        public override ActorPath Path { get; } =
            new RootActorPath(new Address("akka.tcp", "leasequery", host, 4053)) / "system" / "directory";

        public override IActorRefProvider Provider => throw new NotSupportedException();
    }
}
