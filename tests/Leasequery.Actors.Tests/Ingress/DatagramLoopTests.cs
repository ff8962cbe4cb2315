using Leasequery.Actors.Ingress;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Tests.Support;
using Leasequery.Tests.Support;
using Leasequery.Wire;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Ingress;

/// <summary>The same rules for every way that datagrams may pass between the kernel and a loop.</summary>
public sealed class DatagramLoopTests : ActorSpec
{
    private const string Everywhere = """ingress.listen = ["0.0.0.0:0"]""";

    private static readonly string[] Ways =
    [
        "",
        "ingress.batch-size = 4",
        "ingress.coalescing = off",
        "ingress.segmentation = off",
        "ingress { segmentation = off, coalescing = off }", // recvmmsg, sendmmsg
        "ingress { segmentation = off, coalescing = off, batching = off }", // a plain loop
        "ingress.batching = off",
        "refused",
    ];

    // The length of the location of an address, and of the reply that tells it.
    private static readonly (string Address, int Location, int Reply)[] Sizes =
        [("10.1.0.1", 14, 320), ("10.1.0.2", 100, 358), ("10.1.0.3", 270, 530), ("10.1.0.4", 400, 660)];

    private static readonly string[] Mixes =
        ["1111", "1112", "2111", "1211", "2221", "3333", "4444", "4141", "1234321", "2233441122"];

    private readonly Requestor[] _requestors = [new(), new(), new()];

    public DatagramLoopTests()
    {
        Node.WithAllShards();
        foreach (var (address, location, _) in Sizes)
            Node.Table.Publish(Bound with { Address = Ipv4Address.Parse(address), RelayAgentInformation = Octets(location) }, 1);
    }

    public static TheoryData<string> EveryWay => [.. Ways];

    public static TheoryData<string, string> EveryWayAndMix
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var way in Ways)
                foreach (var mix in Mixes)
                    rows.Add(way, mix);
            return rows;
        }
    }

    protected override void AfterAll()
    {
        foreach (var requestor in _requestors)
            requestor.Dispose();
        base.AfterAll();
    }

    [Theory]
    [MemberData(nameof(EveryWay))]
    public void Replies_are_right_and_come_in_the_order_of_the_queries(string way)
    {
        using var bench = Open(way);
        const int queries = 150; // more than two messages of segments
        for (var xid = 0u; xid < queries; xid++)
            _requestors[0].Ask("10.1.0.1", bench.At(), xid);
        bench.Handle(queries);
        for (var xid = 0u; xid < queries; xid++)
            Assert.Equal(
                ("2 10.1.0.1 00:0a:28:00:fa:42 53:05 54:7f000001 51:00000e10 82:" + Octets(14), xid, bench.At().ToString()),
                _requestors[0].Receive());
        ExpectNoMore();
    }

    [Theory]
    [MemberData(nameof(EveryWayAndMix))]
    public void Replies_of_any_sizes_stay_in_order(string way, string mix)
    {
        using var bench = Open(way);
        for (var i = 0; i < mix.Length; i++)
            _requestors[0].Ask(Sizes[mix[i] - '1'].Address, bench.At(), (uint)i);
        bench.Handle(mix.Length);
        Assert.Equal(
            mix.Select((digit, i) => ((uint)i, Sizes[digit - '1'].Reply)),
            mix.Select(_ => (_requestors[0].Receive().Xid, _requestors[0].Length)));
        ExpectNoMore();
    }

    [Theory]
    [MemberData(nameof(EveryWay))]
    public void Requestors_that_ask_in_turns_get_theirs_each_in_order(string way)
    {
        using var bench = Open(way);
        const int rounds = 20;
        foreach (var requestor in Rounds(rounds))
            _requestors[requestor.Number].Ask(Sizes[requestor.Number].Address, bench.At(), requestor.Xid);
        bench.Handle(rounds * _requestors.Length);
        foreach (var requestor in Rounds(rounds))
            Assert.Equal(
                (requestor.Xid, Sizes[requestor.Number].Reply),
                (_requestors[requestor.Number].Receive().Xid, _requestors[requestor.Number].Length));
        ExpectNoMore();
    }

    [Theory]
    [MemberData(nameof(EveryWay))]
    public void A_reply_leaves_from_the_address_that_was_asked_also_when_they_are_asked_in_turns_N39(string way)
    {
        using var bench = Open(way, Everywhere);
        string[] ours = ["127.0.0.1", "127.0.0.2", "127.0.0.3"];
        const int rounds = 10;
        for (var xid = 0u; xid < rounds * ours.Length; xid++)
            _requestors[0].Ask("10.1.0.1", bench.At(ours[xid % ours.Length]), xid);
        bench.Handle(rounds * ours.Length);
        var replies = Enumerable.Range(0, rounds * ours.Length).Select(_ => _requestors[0].Receive()).ToArray();
        Assert.All(replies, reply => Assert.Equal(bench.At(ours[reply.Xid % ours.Length]).ToString(), reply.From));
        foreach (var sameAddress in replies.GroupBy(reply => reply.From))
            Assert.Equal(sameAddress.Select(reply => reply.Xid).Order(), sameAddress.Select(reply => reply.Xid));
        Assert.Equal(rounds * ours.Length, replies.DistinctBy(reply => reply.Xid).Count());
        ExpectNoMore();
    }

    [Theory]
    [MemberData(nameof(EveryWay))]
    public void A_train_of_queries_is_as_many_datagrams_and_its_last_may_be_shorter(string way)
    {
        using var bench = Open(way, Everywhere);
        const int wagons = 40;
        var query = (Message.Query("10.1.0.1", "127.0.0.1", 13) with { Xid = 7 }).ToBytes();
        var padded = query.Concat(new byte[50]).ToArray(); // pad options
        byte[] train = [.. Enumerable.Repeat(padded, wagons - 1).SelectMany(bytes => bytes), .. query];
        for (var trains = 0; trains < 3; trains++)
            _requestors[0].SendTrain(train, padded.Length, bench.At("127.0.0.2"));
        bench.Handle(3 * wagons);
        Assert.Equal(3 * wagons, bench.Counters.Count(DatagramKind.Query));
        Assert.Equal(bench.Coalesces ? 3 * wagons : 0, bench.Counters.ReceivedSegments);
        for (var reply = 0; reply < 3 * wagons; reply++)
            Assert.Equal((7u, bench.At("127.0.0.2").ToString()), XidAndSender());
        ExpectNoMore();
    }

    [Theory] // wagon, train
    [InlineData(1, 5)]
    [InlineData(239, 240)]
    [InlineData(240, 240 * 3 + 1)]
    [InlineData(2048, 4096)]
    [InlineData(2049, 2049 * 2 + 2048)]
    public void Each_datagram_of_a_train_is_judged_by_its_own_length(int wagon, int train)
    {
        foreach (var way in Ways)
        {
            using var bench = Open(way);
            var datagrams = (train + wagon - 1) / wagon;
            _requestors[0].SendTrain(new byte[train], wagon, bench.At());
            bench.Handle(datagrams);
            var lengths = Enumerable.Range(0, datagrams).Select(i => Math.Min(wagon, train - i * wagon)).ToArray();
            Assert.Equal(lengths.Count(length => length > 2048), bench.Counters.Count(IngressDrop.Truncated));
            Assert.Equal(lengths.Count(length => length < 240), bench.Counters.Count(DhcpParseError.TooShort));
            Assert.Equal(lengths.Count(length => length is >= 240 and <= 2048), bench.Counters.Count(DhcpParseError.BadOpCode));
        }
    }

    [Theory]
    [MemberData(nameof(EveryWay))]
    public void What_no_DHCP_message_can_be_is_counted_and_those_around_it_are_answered(string way)
    {
        using var bench = Open(way);
        foreach (var length in (int[])[0, 2049, 1, 9000, 0])
        {
            _requestors[0].Ask("10.1.0.1", bench.At());
            _requestors[0].Send(new byte[length], bench.At());
        }

        bench.Handle(10);
        Assert.Equal((2, 3), (bench.Counters.Count(IngressDrop.Truncated), bench.Counters.Count(DhcpParseError.TooShort)));
        for (var reply = 0; reply < 5; reply++)
            _requestors[0].Receive();
        ExpectNoMore();
    }

    [Theory]
    [MemberData(nameof(EveryWay))]
    public void What_the_kernel_lost_is_counted(string way)
    {
        using var bench = Open(way, "ingress.receive-buffer = 4096 B");
        const int sent = 500;
        for (var i = 0; i < sent; i++)
            _requestors[0].Send([1], bench.At());
        bench.HandleAll();
        var handled = bench.Handled;
        Assert.InRange(handled, 1, sent - 1);
        _requestors[0].Send([1], bench.At()); // tells of those that were lost before it
        bench.Handle(1);
        Assert.Equal(sent - handled, bench.Counters.Count(IngressDrop.ReceiveBufferFull));
        _requestors[0].Send([1], bench.At());
        bench.Handle(1);
        Assert.Equal(sent - handled, bench.Counters.Count(IngressDrop.ReceiveBufferFull));
    }

    [Theory]
    [MemberData(nameof(EveryWay))]
    public void While_the_node_is_out_of_touch_nothing_is_answered_and_all_is_counted(string way)
    {
        var limit = TimeSpan.FromSeconds(4);
        var touch = new Touch(Node.Clock, limit);
        using var bench = Open(way, touch: touch);
        touch.Confirm(Node.Clock.GetTimestamp());
        _requestors[0].Ask("10.1.0.1", bench.At(), xid: 1);
        bench.Handle(1);
        Assert.Equal(1u, _requestors[0].Receive().Xid);

        Node.Clock.Advance(limit);
        for (var xid = 2u; xid < 5; xid++)
            _requestors[0].Ask("10.1.0.1", bench.At(), xid);
        bench.Handle(3);
        Assert.Equal(3, bench.Counters.Count(IngressDrop.OutOfTouch));

        touch.Confirm(Node.Clock.GetTimestamp());
        _requestors[0].Ask("10.1.0.1", bench.At(), xid: 5);
        bench.Handle(1);
        Assert.Equal(5u, _requestors[0].Receive().Xid);
        Assert.Equal(3, bench.Counters.Count(IngressDrop.OutOfTouch));
        ExpectNoMore();
    }

    [Theory]
    [MemberData(nameof(EveryWay))]
    public void Settled_queries_allocate_nothing(string way)
    {
        using var bench = Open(way, Everywhere);
        Assert.Equal(0, Allocations.OfPart(Exchange));

        long Exchange()
        {
            const int rounds = 20;
            foreach (var requestor in Rounds(rounds))
                _requestors[requestor.Number].Ask(Sizes[requestor.Number].Address, bench.At(), requestor.Xid);
            var handled = bench.Handled;
            var before = GC.GetAllocatedBytesForCurrentThread();
            bench.HandleQueries(rounds * _requestors.Length);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(handled + rounds * _requestors.Length, bench.Handled);
            foreach (var requestor in Rounds(rounds))
                _requestors[requestor.Number].Receive();
            return allocated;
        }
    }

    // What is asked of the kernel shows: without these the rules above would hold for a loop that does none of it.
    [Theory] // way, replies that left as segments: of three requestors that asked in turns, 20 times each
    [InlineData("", 60)]
    [InlineData("ingress.coalescing = off", 60)]
    [InlineData("ingress.batch-size = 4", 30)] // a pair in each batch
    [InlineData("ingress { coalescing = off, batch-size = 6 }", 60)] // two for each of the three, ten times
    [InlineData("ingress { coalescing = off, batch-size = 3 }", 0)]
    [InlineData("ingress.segmentation = off", 0)]
    [InlineData("ingress.batching = off", 0)] // what comes alone is answered alone
    public void Replies_to_one_requestor_leave_as_segments(string way, int segments)
    {
        using var bench = Open(way);
        foreach (var requestor in Rounds(20))
            _requestors[requestor.Number].Ask("10.1.0.1", bench.At(), requestor.Xid);
        bench.Handle(60);
        Assert.Equal(segments, bench.Counters.SentSegments);
    }

    private static IEnumerable<(int Number, uint Xid)> Rounds(int rounds) =>
        from round in Enumerable.Range(0, rounds) from number in Enumerable.Range(0, 3) select (number, (uint)round);

    private (uint, string) XidAndSender()
    {
        var (_, xid, from) = _requestors[0].Receive();
        return (xid, from);
    }

    private LoopBench Open(string way, string more = "", Touch? touch = null) => way == "refused"
        ? new LoopBench(Node, more, kernel => new RefusingCalls(kernel, Libc.InputOutput), touch)
        : new LoopBench(Node, $"{way}\n{more}", touch: touch);

    private void ExpectNoMore() =>
        Assert.All(_requestors, requestor => Assert.True(requestor.HasAll, "a reply more than there were queries"));
}
