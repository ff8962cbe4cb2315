using Leasequery.Load.Commands;
using Leasequery.Load.Tests.Sockets;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Load.Tests.Commands;

public class UntilAnsweredSpec
{
    private const int Silent = 10;
    private const int Wrong = 5;

    [Fact]
    public async Task It_ends_with_the_first_right_answer_and_tells_when_that_came()
    {
        var (seen, rightAt) = (0, 0L);
        using var server = new LoopbackEcho(query =>
        {
            if (++seen <= Silent)
                return null;
            if (seen > Silent + Wrong && rightAt == 0)
                rightAt = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            return Unassigned(query, isRight: rightAt != 0);
        });

        var run = await CommandRun.OfAsync(new QueriesCommand(),
            $"{server.Endpoint} --until-answered --rate 100 --timeout 3 --warmup 0 --duration 600"); // ten minutes otherwise

        Assert.Equal(ExitCodes.NotRight, run.ExitCode); // because of the wrong ones
        var queries = run.Figures["queries"];
        Assert.Equal(Wrong, queries["wrong"]);
        Assert.True(queries["sent"] > Silent + Wrong);
        Assert.InRange(queries["first right answer, unix ms"], rightAt, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
    }

    private static byte[] Unassigned(byte[] query, bool isRight)
    {
        Assert.True(DhcpPacket.TryParse(query, out var packet, out _));
        Assert.Equal(LeasequeryRefusal.None, LeasequeryRequest.TryRead(packet, out var request));
        var message = new byte[LeasequeryReply.MaxSize];
        var answer = new LeasequeryAnswer { Outcome = LeasequeryOutcome.Unleased };
        var dialect = isRight ? LeasequeryDialect.Rfc4388 : LeasequeryDialect.Draft4;
        return message[..LeasequeryReply.Write(message, request, dialect, answer, 0, Ipv4Address.Loopback)];
    }
}
