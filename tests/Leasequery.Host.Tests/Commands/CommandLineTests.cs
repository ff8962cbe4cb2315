using Leasequery.Host.Wording;


namespace Leasequery.Host.Tests.Commands;

public class CommandLineTests
{
    private const string TryAsk = ". Try 'leasequery ask 10.0.0.7 --server 10.0.0.1', or 'leasequery ask --help'\n";
    private const string TryReplay = ". Try 'leasequery replay dhcp.pcap --server 127.0.0.1', or 'leasequery replay --help'\n";

    [Theory]
    [InlineData("ask", "leasequery ask: Option '--server' is required" + TryAsk)]
    [InlineData("ask --server 127.0.0.1", "leasequery ask: Required argument 'ADDRESS' missing for command: 'ask'" + TryAsk)]
    [InlineData("ask 10.0.0.300 --server 127.0.0.1",
        "leasequery ask: '10.0.0.300' is not an IPv4 address such as 10.0.0.7" + TryAsk)]
    [InlineData("ask 0.0.0.0 --server 127.0.0.1", "leasequery ask: 0.0.0.0 means no address in DHCP" + TryAsk)]
    [InlineData("ask 10.0.0.7 --server 127.0.0.1:0", "leasequery ask: --server: '0' is not a port from 1 to 65535" + TryAsk)]
    [InlineData("ask 10.0.0.7 --server 10.0.0.300", "leasequery ask: --server: '10.0.0.300' is not HOST[:PORT] with a name or an "
        + "IPv4 address, such as 10.0.0.1:67" + TryAsk)]
    [InlineData("ask 10.0.0.7 --server 127.0.0.1 --dialect draft-1",
        "leasequery ask: --dialect: 'draft-1' is none of draft-0, draft-2, draft-4, rfc4388" + TryAsk)]
    [InlineData("ask 10.0.0.7 --server 127.0.0.1 --draft-number 13",
        "leasequery ask: --draft-number goes with a draft dialect: add --dialect draft-0, draft-2 or draft-4" + TryAsk)]
    [InlineData("ask 10.0.0.7 --server 127.0.0.1 --option 255",
        "leasequery ask: --option: '255' is not a whole number from 1 to 254" + TryAsk)]
    [InlineData("ask 10.0.0.7 --server 127.0.0.1 --timeout soon",
        "leasequery ask: --timeout: 'soon' is not a number of seconds from 0.001 to 3600" + TryAsk)]
    [InlineData("ask 10.0.0.7 --server 127.0.0.1 --tries 0",
        "leasequery ask: --tries: '0' is not a whole number from 1 to 16" + TryAsk)]
    [InlineData("ask 10.0.0.7 --server 127.0.0.1 --port 65536",
        "leasequery ask: --port: '65536' is not a whole number from 1 to 65535" + TryAsk)]
    [InlineData("ask 10.0.0.7 --server 127.0.0.1 --giaddr here",
        "leasequery ask: --giaddr: 'here' is not an IPv4 address such as 10.0.0.7" + TryAsk)]
    [InlineData("ask 10.0.0.7 --server 127.0.0.1 --frob", "leasequery ask: Unrecognized command or argument '--frob'" + TryAsk)]
    [InlineData("cluster status --server 10.0.0.300",
        "leasequery cluster status: --server: '10.0.0.300' is not HOST[:PORT] with a name or an IPv4 address, "
        + "such as 10.0.0.1:9067. Try 'leasequery cluster status --server 10.0.0.1:9067', "
        + "or 'leasequery cluster status --help'\n")]
    [InlineData("cluster",
        "leasequery cluster: Required command was not provided. Commands: status. Try 'leasequery cluster --help'\n")]
    [InlineData("replay a.pcap", "leasequery replay: Option '--server' is required" + TryReplay)]
    [InlineData("replay a.pcap --server 127.0.0.1 --speed 0",
        "leasequery replay: --speed: '0' is neither a number above 0 nor max" + TryReplay)]
    public async Task A_mistake_is_told_in_one_line_that_says_what_to_type(string commandLine, string line)
    {
        var run = await CommandRun.Of(commandLine);

        Assert.Equal(line, run.Error);
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Empty(run.Output);
    }

    [Theory]
    [InlineData("", "leasequery: Required command was not provided. Commands: ")]
    [InlineData("locate 10.0.0.7", "leasequery: 'locate' is not a command. Commands: ")]
    [InlineData("@file", "leasequery: '@file' is not a command. Commands: ")]
    public async Task Without_a_command_the_commands_are_named(string commandLine, string start)
    {
        var run = await CommandRun.Of(commandLine);

        Assert.StartsWith(start, run.Error);
        Assert.Contains("ask, replay", run.Error);
        Assert.EndsWith("Try 'leasequery --help'\n", run.Error);
        Assert.Equal(1, run.Error.Count(character => character == '\n'));
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
    }

    [Theory]
    [InlineData("ask")]
    [InlineData("replay")]
    [InlineData("cluster status")]
    public async Task Help_has_examples_and_exit_codes(string command)
    {
        var run = await CommandRun.Of($"{command} --help");

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.Contains($"leasequery {command} ", run.Output);
        Assert.Contains("\nExamples:\n  leasequery ", run.Output);
        Assert.Contains("\nExit codes:\n", run.Output);
        Assert.Contains("64 ", run.Output);
        Assert.Empty(run.Error);
    }
}
