using Leasequery.Load.Asking;
using Leasequery.Load.Sockets;
using Leasequery.Load.Tests.Sockets;
using Leasequery.Load.Traffic;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Load.Tests.Asking;

public class QueryRunSpec
{
    private const int AddressOfByte = 15; // the last byte of ciaddr
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5); // so late may an answer be on a busy machine
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly List<Ipv4Address> Addresses =
        [.. Enumerable.Range(0, 200).Select(i => new Ipv4Address(Ipv4Address.Parse("10.0.0.0").Value + (uint)i))];

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(8, 64, 1)]
    [InlineData(4, 16, 3)]
    public void Every_query_is_asked_and_answered_once(int burst, int window, int sockets)
    {
        var tally = Run(message => message, burst, window, sockets);
        Assert.Equal((200 * sockets, 200 * sockets, 0, 0, 0), (tally.Sent, tally.Answered, tally.Wrong, tally.Lost, tally.Late));
    }

    [Fact]
    public void A_query_without_an_answer_is_lost_and_the_others_go_on()
    {
        var tally = Run(message => message[AddressOfByte] == 5 ? null : message, 1, 16, 1);
        Assert.Equal((200, 199, 1, 0), (tally.Sent, tally.Answered, tally.Lost, tally.Wrong));
    }

    [Fact]
    public void A_wrong_answer_is_told_as_wrong()
    {
        var tally = Run(
            message =>
            {
                message[^1] ^= (byte)(message[AddressOfByte] == 5 ? 1 : 0);
                return message;
            },
            1, 16, 1);
        Assert.Equal((200, 1), (tally.Answered, tally.Wrong));
    }

    [Fact]
    public void What_is_no_answer_at_all_is_told()
    {
        var tally = Run(message => message[AddressOfByte] == 5 ? [1, 2, 3] : message, 1, 16, 1);
        Assert.Equal((199, 1, 1), (tally.Answered, tally.Garbled, tally.Lost));
    }

    [Fact]
    public void A_pace_is_kept_and_bursts_are_due_as_a_whole()
    {
        var tally = Run(message => message, burst: 10, window: 1000, sockets: 1, rate: 400); // 20 bursts, 25 ms apart
        Assert.Equal(200, tally.Answered);
        Assert.InRange(tally.Seconds, 19 * 0.025, Patience.TotalSeconds);
    }

    private static QueryTally Run(Func<byte[], byte[]?> answer, int burst, int window, int sockets, double? rate = null)
    {
        using var echo = new LoopbackEcho(answer);
        var plan = new QueryPlan(LeasequeryDialect.Rfc4388, LeasequeryDialects.DefaultDraftQuery, window * sockets, rate, Timeout,
            TimeSpan.Zero, Patience, Burst: burst).Share(sockets);
        var ports = Enumerable.Range(0, sockets).Select(_ =>
            DatagramPort.Open(new PortOptions(new Ipv4Endpoint(Ipv4Address.Loopback, 0), echo.Endpoint, burst))).ToList();
        try
        {
            var loops = ports.Select(port =>
                new QueryLoop(port, plan, new EachOnce(Addresses), new EchoJudge(plan.Query(port.Local)), [])).ToList();
            return new QueryRun(loops, []).Run(_ => { }, CancellationToken.None);
        }
        finally
        {
            ports.ForEach(port => port.Dispose());
        }
    }
}
