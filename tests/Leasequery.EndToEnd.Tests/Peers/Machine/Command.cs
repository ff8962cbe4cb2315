using System.Diagnostics;

namespace Leasequery.EndToEnd.Tests.Peers.Machine;

/// <summary>Runs a program that ends by itself, such as <c>ip</c> or <c>tshark -r</c>.</summary>
public static class Command
{
    /// <summary>Returns standard output; throws with standard error when the program fails or takes too long.</summary>
    public static string Run(string program, params IEnumerable<string> arguments)
    {
        var info = new ProcessStartInfo(PeerRequirements.PathOf(program), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(info)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        var line = $"{program} {string.Join(' ', info.ArgumentList)}";
        if (!process.WaitForExit(Deadlines.Program))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"Waited {Deadlines.Program.TotalSeconds} s for the end of: {line}");
        }
        return process.ExitCode == 0
            ? output.GetAwaiter().GetResult()
            : throw new InvalidOperationException($"{line} ended with {process.ExitCode}: {errors.GetAwaiter().GetResult()}");
    }
}
