using Akka.Actor;
using Leasequery.Actors.Forwarding;

namespace Leasequery.Actors.Tests.Forwarding;

public class ShardOwnersTests
{
    private static readonly Address Here = new("akka", "leasequery");
    private static readonly Address One = new("akka.tcp", "leasequery", "10.0.0.1", 4053);
    private static readonly Address Two = new("akka.tcp", "leasequery", "10.0.0.2", 4053);

    private readonly ShardOwners _owners = new(3);
    private readonly List<Address> _resolved = [];
    private Address? _unknown;

    [Fact]
    public void Nobody_is_known_at_first() => Assert.Equal((null, null), (_owners.NodeOf(0), _owners.LookUpOf(0)));

    [Fact]
    public void A_node_has_one_reference_for_all_of_its_shards() // batches are told apart by it
    {
        Learn(0, One);
        Learn(1, Two);
        Learn(2, One);
        Learn(0, One);
        Assert.Same(_owners.LookUpOf(0), _owners.LookUpOf(2));
        Assert.NotSame(_owners.LookUpOf(0), _owners.LookUpOf(1));
        Assert.Equal([One, Two], _resolved);
    }

    [Fact]
    public void This_node_is_not_asked()
    {
        Learn(0, Here);
        Assert.Equal((Here, null), (_owners.NodeOf(0), _owners.LookUpOf(0)));
    }

    [Fact]
    public void The_last_word_counts()
    {
        Learn(0, One);
        Learn(0, Two);
        Assert.Equal(Two, _owners.NodeOf(0));
    }

    [Fact]
    public void A_shard_that_is_not_where_it_was_is_forgotten_unless_it_was_heard_of_from_elsewhere()
    {
        Learn(0, One);
        Learn(1, Two);
        _owners.Forget(0, One);
        _owners.Forget(1, One);
        Assert.Equal((null, Two), (_owners.NodeOf(0), _owners.NodeOf(1)));
        Assert.Null(_owners.LookUpOf(0));
    }

    [Fact]
    public void A_node_that_went_takes_its_shards_along()
    {
        Learn(0, One);
        Learn(1, Two);
        Learn(2, One);
        _owners.Forget(One);
        Assert.Equal((null, Two, null), (_owners.NodeOf(0), _owners.NodeOf(1), _owners.NodeOf(2)));
    }

    [Fact] // also when it had no shard any more: what was on its way to it before is lost
    public void A_node_that_went_is_gone_for_those_who_still_hold_it()
    {
        Learn(0, One);
        Learn(1, Two);
        var (one, two) = (_owners.Find(0)!, _owners.Find(1)!);
        Learn(0, Two);
        _owners.Forget(One);
        Assert.Equal((true, false), (one.IsGone, two.IsGone));
        Learn(0, One);
        Assert.False(_owners.Find(0)!.IsGone); // it came back, as another one
    }

    [Fact]
    public void A_node_that_nobody_can_describe_yet_is_learned_the_next_time()
    {
        _unknown = One;
        Learn(0, One);
        Assert.Null(_owners.NodeOf(0));
        _unknown = null;
        Learn(0, One);
        Assert.Equal(One, _owners.NodeOf(0));
    }

    [Theory] // from a node with other settings
    [InlineData(-1)]
    [InlineData(3)]
    public void A_shard_that_there_is_not_is_ignored(int shard)
    {
        Learn(0, One);
        _owners.Forget(shard, One);
        Assert.Equal(One, _owners.NodeOf(0));
    }

    [Fact]
    public void Any_number_of_questions_is_one_call_until_the_directories_are_asked()
    {
        var calls = 0;
        _owners.Want(); // nobody to call yet
        _owners.Asking();
        _owners.WhenWanted(() => calls++);
        _owners.Want();
        _owners.Want();
        Assert.Equal(1, calls);
        _owners.Asking();
        _owners.Want();
        Assert.Equal(2, calls);
    }

    private void Learn(int shard, Address node) => _owners.Learn(shard, node, address =>
    {
        _resolved.Add(address);
        return _unknown == address ? null : new ShardOwner(address, address.HasLocalScope ? null : new Far(), null);
    });

    private sealed class Far : MinimalActorRef
    {
        public override ActorPath Path { get; } = new RootActorPath(One) / "user";

        public override IActorRefProvider Provider => throw new NotSupportedException();
    }
}
