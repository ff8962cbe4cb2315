using System.Text.Json;
using Leasequery.Host.Commands;
using Leasequery.Host.Tests.Asking;
using Leasequery.Host.Wording;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Host.Tests.Commands;

public class AskCommandTests
{
    [Theory]
    [InlineData("rfc4388", LeasequeryOutcome.Leased, ExitCodes.Ok)]
    [InlineData("rfc4388", LeasequeryOutcome.Configured, ExitCodes.Ok)]
    [InlineData("rfc4388", LeasequeryOutcome.Unleased, AskCommand.NoLease)]
    [InlineData("rfc4388", LeasequeryOutcome.Unmanaged, AskCommand.NotManaged)]
    [InlineData("draft-0", LeasequeryOutcome.Leased, ExitCodes.Ok)]
    [InlineData("draft-0", LeasequeryOutcome.Unmanaged, AskCommand.NotManaged)]
    public async Task The_exit_code_tells_the_outcome(string dialectName, LeasequeryOutcome outcome, int exitCode)
    {
        LeasequeryDialects.TryParse(dialectName, out var dialect);
        await using var server = new FakeServer((query, _) => [Replies.Write(query, dialect, outcome)]);

        var run = await CommandRun.Of($"ask 10.0.0.7 --server {server.EndPoint} --dialect {dialectName} --timeout 20");

        Assert.Equal(exitCode, run.ExitCode);
        Assert.StartsWith("10.0.0.7 ", run.Output);
        Assert.DoesNotContain('\x1b', run.Output + run.Error);
    }

    [Fact]
    public async Task No_answer_says_after_how_many_tries_and_seconds()
    {
        await using var server = new FakeServer((_, _) => []);

        var run = await CommandRun.Of($"ask 10.0.0.7 --server {server.EndPoint} --timeout 0.1 --tries 2");

        Assert.Equal(AskCommand.NoAnswer, run.ExitCode);
        Assert.Matches($@"leasequery ask: no answer from {server.EndPoint} after 2 tries in \d\.\d s\n$", run.Error);
        Assert.True(SpinWait.SpinUntil(() => server.Queries.Count >= 2, Deadlines.Answer), "both queries come");
        Assert.Equal(2, server.Queries.Count);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Json_is_one_object_also_when_nobody_answers()
    {
        await using var server = new FakeServer((_, _) => []);

        var run = await CommandRun.Of($"ask 10.0.0.7 --server {server.EndPoint} --timeout 0.05 --tries 1 --json");

        Assert.Equal(AskCommand.NoAnswer, run.ExitCode);
        using var document = JsonDocument.Parse(run.Output);
        Assert.False(document.RootElement.TryGetProperty("outcome", out _));
        Assert.Equal(1, document.RootElement.GetProperty("tries").GetInt32());
    }

    [Fact]
    public async Task Options_giaddr_and_a_server_by_name_reach_the_wire()
    {
        await using var server = new FakeServer(
            (query, _) => [Replies.Write(query, LeasequeryDialect.Rfc4388, LeasequeryOutcome.Leased)]);

        var run = await CommandRun.Of(
            $"ask 10.0.0.7 --server localhost:{server.EndPoint.Port} --giaddr 127.0.0.31 -o 12 --option 224 --timeout 20 --json");

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.True(DhcpPacket.TryParse(server.Queries[0], out var query, out _));
        LeasequeryRequest.TryRead(query, out var request);
        Assert.Equal(Ipv4Address.Parse("127.0.0.31"), request.RelayAddress);
        Assert.Equal(Replies.Asked, request.Address);
        Assert.True(request.Parameters.Contains(DhcpOption.HostName));
        Assert.True(request.Parameters.Contains((DhcpOption)224));
        Assert.True(request.Parameters.Contains(DhcpOption.LeaseTime));
        Assert.True(request.Parameters.Contains(DhcpOption.RelayAgentInformation));
    }

    [Fact]
    public async Task Interrupted_it_says_so_and_shows_no_stack()
    {
        using var cancellation = new CancellationTokenSource();
        await using var server = new FakeServer((_, _) =>
        {
            cancellation.Cancel();
            return [];
        });

        var run = await CommandRun.Of($"ask 10.0.0.7 --server {server.EndPoint} --timeout 3600", cancellation.Token)
            .WaitAsync(Deadlines.Answer);

        Assert.Equal(ExitCodes.Interrupted, run.ExitCode);
        Assert.EndsWith("leasequery ask: interrupted\n", run.Error);
    }
}
