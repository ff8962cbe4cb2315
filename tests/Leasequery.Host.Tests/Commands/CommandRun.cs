using Leasequery.Host.Commands;

namespace Leasequery.Host.Tests.Commands;

/// <summary>What a command line did.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    /// <summary>Runs a command line in this process.</summary>
    public static async Task<CommandRun> Of(string commandLine, CancellationToken cancellation = default)
    {
        var output = new StringWriter { NewLine = "\n" };
        var error = new StringWriter { NewLine = "\n" };
        var arguments = commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var exitCode = await CommandLine.RunAsync(arguments, output, error, cancellation);
        return new CommandRun(exitCode, output.ToString(), error.ToString());
    }
}
