using System.Runtime.InteropServices;
using Leasequery.EndToEnd.Tests.Peers.Machine;

namespace Leasequery.EndToEnd.Tests.Service;

/// <summary>How a command ended, and what it wrote.</summary>
public sealed record Finished(int ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Errors)
{
    /// <summary>All of it, for the message of a failed assertion.</summary>
    public override string ToString() => string.Join(Environment.NewLine, [$"exit code {ExitCode}", .. Output, .. Errors]);
}

/// <summary>
/// The built program, which the build puts beside the tests; LEASEQUERY in the environment names another, such as the published
/// one, which tests/run names. What still runs when its test is over is killed: at its end a node hands over shards and stores
/// what it has, which nobody would look at. Where that is what a test shows, it asks for it.
/// </summary>
public static class Executable
{
    /// <summary>Where it is.</summary>
    public static string Location { get; } =
        Environment.GetEnvironmentVariable("LEASEQUERY") ?? Path.Combine(AppContext.BaseDirectory, "leasequery");

    /// <summary>The folder with all that it needs.</summary>
    public static string Folder { get; } = Path.GetDirectoryName(Path.GetFullPath(Location))!;

    /// <summary>Where the runtime is that runs the tests.</summary>
    public static string RuntimeFolder { get; } =
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>Starts it, inside a namespace if one is given.</summary>
    /// <param name="arguments">Its command line.</param>
    /// <param name="inside">The namespace.</param>
    /// <param name="other">The program of another build, to be started instead.</param>
    public static ChildProcess Start(IEnumerable<string> arguments, NetworkNamespace? inside = null, string? other = null) =>
        ChildProcess.Start(other ?? Location, arguments, inside, RuntimeOfTheTests, ProcessTree.Kill);

    /// <summary>Starts it with one more environment variable.</summary>
    public static ChildProcess Start(IEnumerable<string> arguments, (string Name, string Value) with) => ChildProcess.Start(
        Location, arguments, environment: new Dictionary<string, string>(RuntimeOfTheTests) { [with.Name] = with.Value },
        end: ProcessTree.Kill);

    /// <summary>Starts it by a shell that first does something else, such as mounting. It has the shell's process id.</summary>
    public static ChildProcess StartAfter(string shellCommand, IEnumerable<string> arguments, NetworkNamespace? inside = null) =>
        ChildProcess.Start(
            "unshare", ["--mount", "/bin/sh", "-c", $"{shellCommand} && exec \"$@\"", "sh", Location, .. arguments], inside,
            RuntimeOfTheTests, ProcessTree.Kill);

    /// <summary>Runs a command that ends by itself.</summary>
    public static async Task<Finished> RunAsync(IEnumerable<string> arguments, NetworkNamespace? inside = null)
    {
        var all = arguments.ToArray();
        using var process = Start(all, inside);
        await process.WaitForExitAsync(Deadlines.Service, $"the end of leasequery {string.Join(' ', all)}");
        return new Finished(process.ExitCode, process.OutputLines, process.ErrorLines);
    }

    /// <summary>The runtime that runs the tests runs the program too, wherever it is installed.</summary>
    static Dictionary<string, string> RuntimeOfTheTests { get; } = new() { ["DOTNET_ROOT"] = RuntimeFolder };
}
