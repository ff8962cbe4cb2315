using System.CommandLine;
using System.Text.Json;

namespace Leasequery.Load.Tests.Commands;

/// <summary>A command of the load generator that ran as if typed: what the shell sees, what it printed, and its JSON.</summary>
internal sealed record CommandRun(int ExitCode, string Output, Dictionary<string, Dictionary<string, double>> Figures)
{
    /// <summary>Runs it to its end.</summary>
    public static async Task<CommandRun> OfAsync(Command command, string arguments)
    {
        var json = Path.GetTempFileName();
        try
        {
            using var output = new StringWriter();
            var exitCode = await command.Parse($"{arguments} --json {json}").InvokeAsync(
                new InvocationConfiguration { Output = output, EnableDefaultExceptionHandler = false });
            var text = await File.ReadAllTextAsync(json);
            return new CommandRun(exitCode, output.ToString(),
                JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, double>>>(text)!);
        }
        finally
        {
            File.Delete(json);
        }
    }
}
