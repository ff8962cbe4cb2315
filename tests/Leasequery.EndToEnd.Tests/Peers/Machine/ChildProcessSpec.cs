namespace Leasequery.EndToEnd.Tests.Peers.Machine;

public sealed class ChildProcessSpec
{
    [Fact]
    public async Task ends_with_everything_it_started()
    {
        using var shell = ChildProcess.Start("/bin/sh", ["-c", "sleep 300 & echo child $!; wait"]);
        var child = await ChildOfAsync(shell);

        shell.Dispose();

        await Eventually.HoldsAsync(() => !IsRunning(child), Deadlines.Program, "the child to be gone");
        Assert.True(shell.HasExited);
    }

    [Fact]
    public async Task ends_though_it_does_not_want_to()
    {
        using var stubborn = ChildProcess.Start("/bin/sh", ["-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done"]);
        await stubborn.WaitForLineAsync("^ready", Deadlines.Program, "the trap to be set");

        var id = stubborn.Id;
        stubborn.Dispose();

        Assert.False(IsRunning(id));
    }

    [Fact]
    public async Task is_killed_with_everything_it_started_and_not_asked_first_where_that_is_wanted()
    {
        using var folder = new TempFolder("killed");
        using var shell = ChildProcess.Start(
            "/bin/sh", ["-c", $"trap 'touch {folder.At("asked")}; exit' TERM; sleep 300 & echo child $!; wait"],
            end: ProcessTree.Kill);
        var child = await ChildOfAsync(shell);

        var id = shell.Id;
        shell.Dispose();

        Assert.False(IsRunning(id));
        await Eventually.HoldsAsync(() => !IsRunning(child), Deadlines.Program, "the child to be gone");
        Assert.False(File.Exists(folder.At("asked")));
    }

    [Fact]
    public async Task tells_what_it_said_when_it_ended_too_early()
    {
        using var broken = ChildProcess.Start("/bin/sh", ["-c", "echo no such interface >&2; exit 3"]);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => broken.WaitForLineAsync("^ready", Deadlines.Program, "the server to serve"));

        Assert.Contains("the server to serve", failure.Message, StringComparison.Ordinal);
        Assert.Contains("no such interface", failure.Message, StringComparison.Ordinal);
        await broken.WaitForExitAsync(Deadlines.Program, "who has closed its output to be gone");
        Assert.Equal(3, broken.ExitCode);
    }

    [Fact]
    public async Task a_wait_that_takes_too_long_names_what_it_waited_for()
    {
        using var silent = ChildProcess.Start("/bin/sleep", ["300"]);

        var failure = await Assert.ThrowsAsync<TimeoutException>(
            () => silent.WaitForLineAsync("^ready", TimeSpan.FromMilliseconds(50), "the server to serve"));

        Assert.Contains("the server to serve (sleep)", failure.Message, StringComparison.Ordinal);
    }

    static async Task<int> ChildOfAsync(ChildProcess shell) =>
        int.Parse((await shell.WaitForLineAsync(@"^child (\d+)", Deadlines.Program, "the child's id")).Groups[1].Value);

    /// <summary>A zombie, which its new parent has not yet collected, runs no more.</summary>
    static bool IsRunning(int pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
