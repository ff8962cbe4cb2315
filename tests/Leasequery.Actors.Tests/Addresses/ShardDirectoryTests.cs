using Akka.Actor;
using Leasequery.Actors.Addresses;
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
    public void A_failed_reading_is_told_and_tried_again_after_a_second()
    {
        var directory = Start();
        _archive.NextReading().End.SetException(new IOException("disk gone"));
        Eventually("the failure is told", () => Open(directory).Problem == "disk gone");
        Assert.Equal("Unknown", Node.Find(Subscriber));

        Advance(TimeSpan.FromSeconds(1));
        _archive.NextReading().End.SetResult();
        EventuallyOpened(directory);
        Assert.Equal("", Open(directory).Problem);
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
        earlier.Tell(ShardProtocol.Stop.Instance);
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

    private IActorRef Start() => Sys.ActorOf(ShardDirectory.Props(_shard, Node.Table, _archive, Node.Settings().Networks));

    private ShardProtocol.Opened Open(IActorRef directory)
    {
        directory.Tell(new ShardProtocol.Open(_shard), TestActor);
        return ExpectMsg<ShardProtocol.Opened>();
    }

    private void ExpectOpened(IActorRef directory, bool isComplete) =>
        Assert.Equal(new ShardProtocol.Opened(_shard, isComplete, ""), Open(directory));

    private void EventuallyOpened(IActorRef directory) => Eventually("the shard is complete", () => Open(directory).IsComplete);
}
