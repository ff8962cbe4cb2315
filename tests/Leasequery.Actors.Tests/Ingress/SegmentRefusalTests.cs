using Leasequery.Actors.Ingress;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Tests.Support;

namespace Leasequery.Actors.Tests.Ingress;

/// <summary>What becomes of replies when the kernel or a device will not cut a message.</summary>
public sealed class SegmentRefusalTests : ActorSpec
{
    private const int Replies = 100; // two messages: of 64 and of 36 segments
    private const string OneBatch = "ingress { coalescing = off, batch-size = 128 }";

    private readonly Requestor _requestor = new();

    public SegmentRefusalTests() => Node.WithAllShards();

    protected override void AfterAll()
    {
        _requestor.Dispose();
        base.AfterAll();
    }

    [Theory] // what the kernel says, how many messages it takes before
    [InlineData(Libc.InputOutput, 0)]
    [InlineData(Libc.InputOutput, 1)]
    [InlineData(Libc.Invalid, 0)]
    [InlineData(Libc.MessageSize, 0)]
    [InlineData(Libc.NoProtocolOption, 1)]
    public void Nothing_is_lost_and_nothing_is_sent_twice(int error, int taken)
    {
        RefusingCalls calls = null!;
        using var bench =
            new LoopBench(Node, OneBatch, kernel => calls = new RefusingCalls(kernel, error) { FirstRefused = taken });
        AskAndExpectAll(bench);
        Assert.Equal((taken == 0 ? 2 : 1, taken * 64), (calls.Refused, (int)bench.Counters.SentSegments));
        Assert.Equal(0, bench.Counters.Count(IngressDrop.SendFailed));
    }

    [Fact]
    public void After_a_refusal_replies_go_one_by_one_and_the_log_says_so_once()
    {
        RefusingCalls calls = null!;
        using var bench = new LoopBench(Node, OneBatch, kernel => calls = new RefusingCalls(kernel, Libc.InputOutput));
        AskAndExpectAll(bench);
        var refused = calls.Refused;
        AskAndExpectAll(bench);
        AskAndExpectAll(bench);
        Assert.Equal(refused, calls.Refused);
        Assert.StartsWith($"Replies from {bench.At()} leave one by one from now on: ", Assert.Single(bench.Log.Lines),
            StringComparison.Ordinal);
    }

    [Fact] // a query from port 0 has a reply that nobody can be sent: its requestor may not switch anything off for all others
    public void What_could_not_be_sent_one_by_one_either_says_nothing_about_segments()
    {
        using var bench = new LoopBench(Node, OneBatch, kernel => new RefusingCalls(kernel, Libc.Invalid, refusesAll: true));
        Ask(bench);
        Ask(bench);
        Assert.Equal(2 * Replies, bench.Counters.Count(IngressDrop.SendFailed));
        Assert.Empty(bench.Log.Lines);
    }

    [Theory] // the real kernel: a destination that is not allowed, one that is none
    [InlineData("255.255.255.255")]
    [InlineData("127.0.0.1")]
    public void Replies_that_cannot_go_are_counted_each(string giaddr)
    {
        var port = giaddr == "127.0.0.1" ? "giaddr" : "source";
        using var bench = new LoopBench(Node, $$"""
            {{OneBatch}}
            requestors = [
              { prefix = "127.0.0.0/8", reply-port = {{port}} }
              { prefix = "255.255.255.255/32", reply-port = source }
            ]
            """, kernel => port == "source" ? kernel : new RefusingCalls(kernel, Libc.Again, refusesAll: true));
        for (var i = 0; i < Replies; i++)
            _requestor.Send(Message.Query("10.1.2.3", giaddr, 13).ToBytes(), bench.At());
        bench.Handle(Replies);
        Assert.Equal(Replies, bench.Counters.Count(IngressDrop.SendFailed));
        Assert.Equal(0, bench.Counters.SentSegments);
        Assert.Empty(bench.Log.Lines);
    }

    private void AskAndExpectAll(LoopBench bench)
    {
        Ask(bench);
        for (var xid = 0u; xid < Replies; xid++)
            Assert.Equal(xid, _requestor.Receive().Xid);
        Assert.True(_requestor.HasAll, "a reply was sent twice");
    }

    private void Ask(LoopBench bench)
    {
        for (var xid = 0u; xid < Replies; xid++)
            _requestor.Ask("10.1.2.3", bench.At(), xid);
        bench.Handle(Replies);
    }
}
