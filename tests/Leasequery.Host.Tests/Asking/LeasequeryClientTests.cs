using System.Net;
using Leasequery.Host.Asking;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Host.Tests.Asking;

public class LeasequeryClientTests
{
    [Theory]
    [InlineData("draft-0", LeasequeryOutcome.Leased, 13, "DHCPACK", LeasequeryOutcome.Leased)]
    [InlineData("draft-0", LeasequeryOutcome.Unleased, 13, "DHCPACK", LeasequeryOutcome.Unleased)]
    [InlineData("draft-0", LeasequeryOutcome.Unmanaged, 13, "DHCPNAK", LeasequeryOutcome.Unmanaged)]
    [InlineData("draft-2", LeasequeryOutcome.Leased, 13, "DHCPLEASEKNOWN", LeasequeryOutcome.Leased)]
    [InlineData("draft-2", LeasequeryOutcome.Unleased, 13, "DHCPLEASEKNOWN", LeasequeryOutcome.Unleased)]
    [InlineData("draft-2", LeasequeryOutcome.Unmanaged, 13, "DHCPLEASEUNKNOWN", LeasequeryOutcome.Unmanaged)]
    [InlineData("draft-4", LeasequeryOutcome.Leased, 13, "DHCPLEASEACTIVE", LeasequeryOutcome.Leased)]
    [InlineData("draft-4", LeasequeryOutcome.Configured, 13, "DHCPLEASEACTIVE", LeasequeryOutcome.Configured)]
    [InlineData("draft-4", LeasequeryOutcome.Unleased, 13, "DHCPLEASEKNOWN", LeasequeryOutcome.Unleased)]
    [InlineData("draft-4", LeasequeryOutcome.Unmanaged, 13, "DHCPLEASEUNKNOWN", LeasequeryOutcome.Unmanaged)]
    [InlineData("rfc4388", LeasequeryOutcome.Leased, 10, "DHCPLEASEACTIVE", LeasequeryOutcome.Leased)]
    [InlineData("rfc4388", LeasequeryOutcome.Configured, 10, "DHCPLEASEACTIVE", LeasequeryOutcome.Configured)]
    [InlineData("rfc4388", LeasequeryOutcome.Unleased, 10, "DHCPLEASEUNASSIGNED", LeasequeryOutcome.Unleased)]
    [InlineData("rfc4388", LeasequeryOutcome.Unmanaged, 10, "DHCPLEASEUNKNOWN", LeasequeryOutcome.Unmanaged)]
    public async Task Speaks_every_dialect(string dialectName, LeasequeryOutcome known, byte queryType, string word, object read)
    {
        Assert.True(LeasequeryDialects.TryParse(dialectName, out var dialect));
        await using var server = new FakeServer((query, _) => [Replies.Write(query, dialect, known)]);

        var answer = await AskAsync(Question(server) with { Dialect = dialect });

        Assert.Equal((LeasequeryOutcome)read, answer.Outcome);
        Assert.Equal(word, answer.Message);
        Assert.True(DhcpPacket.TryParse(server.Queries[0], out var query, out _));
        Assert.Equal(queryType, (byte)query.MessageType);
        Assert.Equal(DhcpOpCode.BootRequest, query.OpCode);
    }

    [Fact]
    public async Task Asks_with_the_number_that_the_draft_query_has_at_this_server()
    {
        await using var server = new FakeServer(
            (query, _) => [Replies.Write(query, LeasequeryDialect.Draft0, LeasequeryOutcome.Leased)]);

        await AskAsync(Question(server) with { Dialect = LeasequeryDialect.Draft0, DraftQuery = (DhcpMessageType)17 });

        Assert.True(DhcpPacket.TryParse(server.Queries[0], out var query, out _));
        Assert.Equal(17, (byte)query.MessageType);
    }

    [Fact]
    public async Task Asks_again_until_an_answer_comes()
    {
        await using var server = new FakeServer((query, number) =>
            number < 3 ? [] : [Replies.Write(query, LeasequeryDialect.Rfc4388, LeasequeryOutcome.Leased)]);

        // Ten tries in twenty seconds: the first two come within the first tenth of one, the last has ten.
        var answer = await AskAsync(Question(server) with { Timeout = Deadlines.Answer, Tries = 10 });

        Assert.Equal(LeasequeryOutcome.Leased, answer.Outcome);
        Assert.InRange(answer.Tries, 3, 10);
        Assert.All(server.Queries, query => Assert.Equal(server.Queries[0], query));
    }

    [Fact]
    public void Each_wait_is_twice_the_one_before_and_all_are_the_timeout() => Assert.Equal(
        [1.0, 3.0, 7.0],
        LeasequeryClient.Ends(TimeSpan.FromSeconds(7), 3).Select(end => Math.Round(end.TotalSeconds, 6)));

    [Fact]
    public async Task Says_how_often_and_how_long_it_asked_in_vain()
    {
        await using var server = new FakeServer((_, _) => []);

        var question = Question(server) with { Timeout = TimeSpan.FromMilliseconds(70), Tries = 3 };
        using var socket = ReplySocket.Open(question);
        var result = Assert.IsType<Unanswered>(await LeasequeryClient.AskAsync(question, socket, CancellationToken.None));

        Assert.Equal(3, result.Tries);
        Assert.True(result.Elapsed >= TimeSpan.FromMilliseconds(65), $"gave up after {result.Elapsed}");
        Assert.Empty(result.Ignored);
    }

    [Fact]
    public async Task Another_transaction_is_not_the_answer()
    {
        await using var server = new FakeServer((query, _) =>
        {
            var right = Replies.Write(query, LeasequeryDialect.Rfc4388, LeasequeryOutcome.Leased);
            var wrong = Replies.Write(query, LeasequeryDialect.Rfc4388, LeasequeryOutcome.Unmanaged);
            return [Replies.OfAnotherTransaction(wrong), right];
        });

        Assert.Equal(LeasequeryOutcome.Leased, (await AskAsync(Question(server))).Outcome);
    }

    [Fact]
    public async Task What_came_and_was_no_answer_is_told()
    {
        await using var server = new FakeServer((query, _) =>
        {
            var reply = Replies.Write(query, LeasequeryDialect.Draft0, LeasequeryOutcome.Leased);
            return [[1, 2, 3], query, reply, Replies.OfAnotherTransaction(reply)];
        });

        // Only the end of the time-out ends it: so long a busy machine may take for the four.
        var answer = await AskAsync(Question(server) with { Timeout = TimeSpan.FromSeconds(4), Tries = 1 });

        Assert.Null(answer.Outcome);
        Assert.Equal(
            ["ignored: 1 not DHCP (TooShort); 1 of message type 10, which answers no rfc4388 query; "
                + "1 of message type 5, which answers no rfc4388 query; 1 of another transaction"],
            answer.Remarks);
    }

    [Fact]
    public async Task An_answer_from_another_address_counts_and_is_noted()
    {
        await using var server = new FakeServer(
            (query, _) => [Replies.Write(query, LeasequeryDialect.Rfc4388, LeasequeryOutcome.Leased)],
            answerFrom: IPAddress.Parse("127.0.0.2"));

        var answer = await AskAsync(Question(server));

        Assert.Equal(LeasequeryOutcome.Leased, answer.Outcome);
        Assert.StartsWith("127.0.0.2:", answer.AnsweredBy);
        Assert.Equal(["asked 127.0.0.1, but the answer came from 127.0.0.2"], answer.Remarks);
    }

    [Fact]
    public async Task A_cancelled_question_ends_at_once()
    {
        using var cancellation = new CancellationTokenSource();
        await using var server = new FakeServer((_, _) =>
        {
            cancellation.Cancel();
            return [];
        });
        var question = Question(server) with { Timeout = TimeSpan.FromHours(1), Tries = 1 };
        using var socket = ReplySocket.Open(question);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => LeasequeryClient.AskAsync(question, socket, cancellation.Token).WaitAsync(Deadlines.Answer));
    }

    private static LeasequeryQuestion Question(FakeServer server) => new()
    {
        Address = Replies.Asked,
        Server = server.EndPoint,
        Timeout = Deadlines.Answer,
        RelayPort = 0, // any
    };

    private static async Task<AnswerView> AskAsync(LeasequeryQuestion question)
    {
        using var socket = ReplySocket.Open(question);
        return AnswerReader.Read(question, socket, await LeasequeryClient.AskAsync(question, socket, CancellationToken.None));
    }
}
