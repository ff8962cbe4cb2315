using System.Globalization;
using Leasequery.EndToEnd.Tests.Peers;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Service;

namespace Leasequery.EndToEnd.Tests.Settings;

/// <summary>
/// <c>leasequery.ingress.nice</c>: the threads that answer go before all others of the process where they are told to and may.
/// </summary>
public sealed class NiceSpec
{
    const string LoopName = "datagrams"; // the start of what the thread is called; the kernel keeps 15 characters
    const int NiceField = 16; // of /proc/PID/task/TID/stat, counted from the one behind the name

    [PeerFact] // for root alone it is allowed without a setting of the system
    public async Task the_loop_is_first_and_nothing_that_it_starts_is()
    {
        using var folder = new TempFolder("store");
        using var requestor = new Requestor();
        using var service = await LeasequeryProcess.StartAsync(Settings(folder));
        foreach (var home in Home.Take(500)) // work for actors, for which the loop may start threads of the pool
            requestor.Send(home.Ack, service.Endpoint);
        await requestor.AskAsync(new Home(ushort.MaxValue).Query(), service.Endpoint);

        var threads = Threads(service.Process.Id);

        Assert.Equal(-10, Assert.Single(threads, thread => thread.Name.StartsWith(LoopName, StringComparison.Ordinal)).Nice);
        Assert.All(threads.Where(thread => !thread.Name.StartsWith(LoopName, StringComparison.Ordinal)),
            thread => Assert.InRange(thread.Nice, 0, 19));
        Assert.DoesNotContain(service.Process.ErrorLines, line => line.Contains("ingress.nice", StringComparison.Ordinal));
    }

    [PeerFact]
    public async Task without_the_right_to_it_the_loop_stays_as_it_is_and_the_log_says_so()
    {
        using var folder = new TempFolder("store");
        using var service = await LeasequeryProcess.WhenReadyAsync(Executable.StartAfter(
            "set -- setpriv --bounding-set=-sys_nice \"$@\"", Settings(folder).Arguments));

        Assert.All(Threads(service.Process.Id), thread => Assert.InRange(thread.Nice, 0, 19));
        await service.Process.WaitForLineAsync(
            @"leasequery\.ingress\.nice: the thread of 127\.0\.0\.1:\d+ stays at \d+ instead of -10: "
                + @"Permission denied\. .*LimitNICE=-10",
            Deadlines.Answer, "the line of the log");
    }

    static ServeSettings Settings(TempFolder folder) => new ServeSettings(folder.Path).With("leasequery.ingress.nice", "-10");

    static IReadOnlyList<(string Name, int Nice)> Threads(int process) =>
        [.. Directory.GetDirectories($"/proc/{process}/task").Select(task => Read(File.ReadAllText(Path.Combine(task, "stat"))))];

    // The name stands in brackets and may have blanks in it.
    static (string Name, int Nice) Read(string stat)
    {
        var (from, to) = (stat.IndexOf('(', StringComparison.Ordinal) + 1, stat.LastIndexOf(')'));
        return (stat[from..to], int.Parse(stat[(to + 2)..].Split(' ')[NiceField], CultureInfo.InvariantCulture));
    }
}
