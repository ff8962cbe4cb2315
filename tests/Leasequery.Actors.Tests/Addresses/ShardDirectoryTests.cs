using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Singleton;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Serialization;
using Leasequery.Actors.Stores;
using Leasequery.Actors.Tests.Support;
using Leasequery.Wire;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Addresses;

public class ShardDirectoryTests : ActorSpec
{
    private readonly FakeArchive _archive = new();
    private readonly int _shard;

    public ShardDirectoryTests() => _shard = Node.Table.Shards.ShardOf(Subscriber);

    [Fact]
    public void While_a_shard_loads_only_what_was_read_is_known()
    {
        var directory = Start();
        var reading = _archive.NextReading();
        ExpectOpened(directory, isComplete: false);
        Assert.Equal("Unknown", Node.Find(Subscriber));

        reading.Take(Bound, 1);
        Assert.Equal(Node.Answer(Bound), Node.Find(Subscriber));
        Assert.Equal(0, Node.Table.CompleteShards);
    }

    [Fact]
    public void Once_it_is_loaded_what_was_not_read_was_never_seen()
    {
        var directory = Start();
        _archive.NextReading().End.SetResult();
        EventuallyOpened(directory);
        Assert.Equal("Absent", Node.Find(Subscriber));
    }

    [Fact]
    public void It_reads_the_managed_addresses_of_its_shard()
    {
        Start();
        Assert.Equal(Node.Table.Shards.RangesOf(_shard, Node.Settings().Networks.Prefixes), _archive.NextReading().Ranges);
    }

    [Fact]
    public void A_failed_reading_is_tried_again_at_once_then_told_and_tried_again_after_a_second()
    {
        var directory = Start();
        _archive.NextReading().End.SetException(new IOException("connection gone"));
        var second = _archive.NextReading();
        Assert.Equal("", Open(directory).Problem);
        second.End.SetException(new IOException("disk gone"));
        Eventually("the failure is told", () => Open(directory).Problem == "disk gone");
        Assert.Equal("Unknown", Node.Find(Subscriber));

        Advance(TimeSpan.FromSeconds(1));
        _archive.NextReading().End.SetResult();
        EventuallyOpened(directory);
        Assert.Equal("", Open(directory).Problem);
    }

    [Fact]
    public void A_failure_of_many_words_is_told_in_as_many_as_a_message_to_another_node_holds()
    {
        var directory = Start();
        FailTwice(new string('x', 2 * ShardProtocol.MaxProblem));
        Eventually("the failure is told", () => Open(directory).Problem == new string('x', ShardProtocol.MaxProblem));
    }

    [Fact]
    public void An_archive_that_fails_before_it_has_a_task_to_give_is_told()
    {
        var directory = Sys.ActorOf(ShardDirectory.Props(_shard, Node.Table, new BrokenArchive(), Node.Settings().Networks,
            Touch.Always(Node.Clock), Node.Metrics));
        Eventually("the failure is told", () => Open(directory).Problem == "broken");
    }

    [Fact] // after a rollback, or with a damaged disk
    public void A_row_that_cannot_be_read_is_passed_over_and_mutes_no_other_address()
    {
        var directory = Start();
        var reading = _archive.NextReading();
        reading.TakeRow("bound-2", [10, 1, 2, 4, 1, 2, 3], 7); // 10.1.2.4
        reading.TakeRow(LeasequerySerializer.LeaseBoundV1, [10, 1, 2, 5], 7); // cut short
        reading.TakeRow(LeasequerySerializer.LeaseBoundV1, [], 7); // nobody knows whose
        reading.Take(Bound, 1);
        reading.End.SetResult();
        EventuallyOpened(directory);

        Assert.Equal(3, Node.Meters.Read("leasequery.unreadable.rows"));
        Assert.Equal(Node.Answer(Bound), Node.Find(Subscriber));
        Assert.Equal("Absent", Node.Find(Ipv4Address.Parse("10.1.2.6")));
        var later = Ipv4Address.Parse("10.1.2.4");
        Assert.Equal(("Unknown", "Unknown"), (Node.Find(later), Node.Find(Ipv4Address.Parse("10.1.2.5")))); // their actors know
        Node.Table.Publish(Bound with { Address = later }, 8);
        Assert.Equal(Node.Answer(Bound), Node.Find(later));
    }

    [Fact]
    public void What_was_passed_over_is_forgotten_with_its_shard()
    {
        var directory = Start();
        _archive.NextReading().TakeRow("bound-2", [10, 1, 2, 4], 7);
        Watch(directory);
        directory.Tell(Leave.Instance);
        ExpectTerminated(directory);

        directory = Start();
        _archive.NextReading().End.SetResult(); // it was written over meanwhile, or is gone
        EventuallyOpened(directory);
        Assert.Equal("Absent", Node.Find(Ipv4Address.Parse("10.1.2.4")));
    }

    [Fact]
    public void When_it_stops_its_records_go_and_its_reading_ends()
    {
        var directory = Start();
        var reading = _archive.NextReading();
        reading.Take(Bound, 1);
        Watch(directory);
        Sys.Stop(directory);
        ExpectTerminated(directory);

        Assert.True(reading.Stop.IsCancellationRequested);
        Assert.Equal("Unknown", Node.Find(Subscriber));
        reading.Take(Bound, 2); // a reading that ends late
        Assert.Equal("Unknown", Node.Find(Subscriber));
        Assert.Equal(0, Node.Table.Records);
    }

    [Fact]
    public void A_reading_that_ends_after_the_shard_was_elsewhere_changes_nothing()
    {
        var earlier = Start();
        var late = _archive.NextReading();
        Watch(earlier);
        earlier.Tell(Leave.Instance);
        ExpectTerminated(earlier);

        var directory = Start();
        var reading = _archive.NextReading();
        late.Take(Bound, 1);
        Assert.Equal("Unknown", Node.Find(Subscriber));
        reading.Take(Bound with { TransactionId = 9 }, 2);
        late.Take(Bound with { Address = new Ipv4Address(Subscriber.Value + 1) }, 1);
        Assert.Equal((1, Node.Answer(Bound with { TransactionId = 9 })), (Node.Table.Records, Node.Find(Subscriber)));
        ExpectOpened(directory, isComplete: false);
    }

    [Fact]
    public void It_takes_its_shard_before_it_reads_and_gives_it_back_when_it_stops()
    {
        var mayTake = new TaskCompletionSource();
        _archive.MayTake = mayTake.Task;
        var directory = Start();
        ExpectOpened(directory, isComplete: false);
        Assert.False(_archive.IsRead);

        mayTake.SetResult();
        _archive.NextReading();
        Assert.Equal((1, 0), (_archive.Taken.Count, _archive.Released.Count));
        Watch(directory);
        directory.Tell(Leave.Instance);
        ExpectTerminated(directory);
        Assert.Equal(_archive.Taken, _archive.Released);
    }

    [Fact]
    public void A_shard_that_is_taken_after_its_directory_stopped_is_given_back()
    {
        var mayTake = new TaskCompletionSource();
        _archive.MayTake = mayTake.Task;
        var directory = Start();
        Watch(directory);
        directory.Tell(Leave.Instance);
        ExpectTerminated(directory);

        mayTake.SetResult();
        Eventually("it is given back", () => _archive.Released.Count == 1);
        Assert.Equal(_archive.Taken, _archive.Released);
    }

    [Fact]
    public void A_shard_that_cannot_be_taken_is_told_and_tried_again_and_a_reading_that_fails_needs_no_second_take()
    {
        _archive.MayTake = Task.FromException(new IOException("no database"));
        var directory = Start();
        Eventually("the failure is told", () => Open(directory).Problem == "no database");
        Assert.False(_archive.IsRead);

        _archive.MayTake = Task.CompletedTask;
        Advance(TimeSpan.FromSeconds(1));
        FailTwice("disk gone");
        Eventually("the failure is told", () => Open(directory).Problem == "disk gone");
        Advance(TimeSpan.FromSeconds(1));
        _archive.NextReading().End.SetResult();
        EventuallyOpened(directory);
        Assert.Single(_archive.Taken);
    }

    [Fact]
    public void A_node_that_is_out_of_touch_takes_no_shard_from_whoever_has_it_by_now()
    {
        var touch = new Touch(Node.Clock, TimeSpan.FromSeconds(4));
        var directory = Start(touch: touch);
        for (var i = 0; i < 10; i++)
        {
            Advance(TimeSpan.FromMilliseconds(100));
            ExpectOpened(directory, isComplete: false);
        }

        Assert.Empty(_archive.Taken);
        touch.Confirm(Node.Clock.GetTimestamp());
        Advance(TimeSpan.FromMilliseconds(100));
        _archive.NextReading();
        Assert.Single(_archive.Taken);
    }

    [Fact]
    public void When_another_node_has_taken_the_shard_all_that_is_known_of_it_goes_with_its_actors()
    {
        var shard = Sys.ActorOf(Props.Create(() => new Shard(TestActor)));
        var directory = Start(shard);
        var reading = _archive.NextReading();
        reading.Take(Bound, 1);
        reading.End.SetResult();
        EventuallyOpened(directory);
        var address = Start(shard, AddressActor.Props(Subscriber, Node.AddressContext));
        Settle(address);
        Watch(directory);
        Watch(address);

        _archive.Taken.Single().Lose();

        IActorRef[] gone = [ExpectMsg<Terminated>().ActorRef, ExpectMsg<Terminated>().ActorRef];
        Assert.Equal([directory, address], gone.OrderBy(actor => actor.Equals(address)));
        Assert.Equal("Unknown", Node.Find(Subscriber));
        Assert.Equal(_archive.Taken, _archive.Released);

        Start(shard); // at the next word to it
        _archive.NextReading().Take(Bound with { TransactionId = 9 }, 2);
        Assert.Equal(2, _archive.Taken.Last().Epoch);
        Assert.Equal(Node.Answer(Bound with { TransactionId = 9 }), Node.Find(Subscriber));
    }

    [Fact]
    public void An_address_that_is_the_first_to_start_opens_its_shard()
    {
        var shard = Sys.ActorOf(Props.Create(() => new Shard(TestActor)));
        Start(shard, AddressActor.Props(Subscriber, Node.AddressContext));
        ExpectMsg(new ShardProtocol.Open(_shard));

        Node.Table.Begin(_shard);
        Settle(Start(shard, AddressActor.Props(Subscriber, Node.AddressContext)));
        Settle(shard);
        Assert.False(HasMessages); // it is open
    }

    [Fact] // it would leave when the wall clock is set forward, and take the whole table along
    public void Sharding_lets_no_directory_go_for_being_idle()
    {
        Sys.Settings.InjectTopLevelFallback(ClusterSharding.DefaultConfig());
        Sys.Settings.InjectTopLevelFallback(ClusterSingleton.DefaultConfig());
        Assert.Equal(TimeSpan.Zero, AddressHosting.ShardingOf(Sys).PassivateIdleEntityAfter);
    }

    private IActorRef Start(IActorRef? parent = null, Touch? touch = null)
    {
        var props =
            ShardDirectory.Props(_shard, Node.Table, _archive, Node.Settings().Networks, touch ?? Touch.Always(Node.Clock),
                Node.Metrics);
        return parent is null ? Sys.ActorOf(props) : Start(parent, props);
    }

    private static IActorRef Start(IActorRef shard, Props entity) => shard.Ask<IActorRef>(entity, Patience).Result;

    private ShardProtocol.Opened Open(IActorRef directory)
    {
        directory.Tell(new ShardProtocol.Open(_shard), TestActor);
        return ExpectMsg<ShardProtocol.Opened>();
    }

    private void ExpectOpened(IActorRef directory, bool isComplete) =>
        Assert.Equal(new ShardProtocol.Opened(_shard, isComplete, ""), Open(directory));

    private void EventuallyOpened(IActorRef directory) => Eventually("the shard is complete", () => Open(directory).IsComplete);

    // After the first failure it tries again at once.
    private void FailTwice(string reason)
    {
        for (var tries = 0; tries < 2; tries++)
            _archive.NextReading().End.SetException(new IOException(reason));
    }

    /// <summary>Starts entities, and passes on what they send through their shard.</summary>
    private sealed class Shard(IActorRef watcher) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is Props entity)
                Sender.Tell(Context.ActorOf(entity));
            else
                watcher.Tell(message);
        }
    }

    private sealed class BrokenArchive : IBindingArchive
    {
        public Task ReadNewestAsync(IReadOnlyList<(Ipv4Address First, Ipv4Address Last)> ranges, TakeStoredEvent take,
            CancellationToken stop) => throw new IOException("broken");
    }
}
