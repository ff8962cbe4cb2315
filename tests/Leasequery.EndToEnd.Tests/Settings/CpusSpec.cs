using System.Globalization;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Service;

namespace Leasequery.EndToEnd.Tests.Settings;

/// <summary>
/// <c>leasequery.ingress.cpus</c>: the threads that answer keep to their CPUs, in turn, and no other thread of the process does.
/// </summary>
public sealed class CpusSpec
{
    const string LoopName = "datagrams"; // the start of what the thread is called; the kernel keeps 15 characters

    [Fact]
    public async Task each_loop_keeps_to_its_CPU_and_nothing_that_it_starts_does()
    {
        var (_, all) = Read("/proc/self/status");
        var cpus = Each(all);
        int[] kept = [.. new[] { cpus[^1], cpus[0] }.Distinct()]; // one where there is but one
        var turn = Enumerable.Range(0, 3).Select(loop => kept[loop % kept.Length]).ToArray();
        using var folder = new TempFolder("store");
        using var requestor = new Requestor();
        using var service = await LeasequeryProcess.StartAsync(new ServeSettings(folder.Path)
            .With("leasequery.ingress.loops", turn.Length.ToString(CultureInfo.InvariantCulture))
            .With("leasequery.ingress.cpus", $"[{string.Join(", ", kept)}]"));
        foreach (var home in Home.Take(500)) // work for actors, for which a loop may start threads of the pool
            requestor.Send(home.Ack, service.Endpoint);
        await requestor.AskAsync(new Home(ushort.MaxValue).Query(), service.Endpoint);

        var threads = Directory.GetDirectories($"/proc/{service.Process.Id}/task")
            .Select(task => Read(Path.Combine(task, "status"))).ToLookup(IsLoop, thread => thread.Cpus);

        Assert.Equal(turn.Select(cpu => $"{cpu}").Order(), threads[true].Order());
        Assert.All(threads[false], allowed => Assert.Equal(all, allowed));
        Assert.NotEmpty(threads[false]);
    }

    static bool IsLoop((string Name, string Cpus) thread) => thread.Name.StartsWith(LoopName, StringComparison.Ordinal);

    static (string Name, string Cpus) Read(string status)
    {
        var fields = File.ReadLines(status).Select(line => line.Split(":\t", 2))
            .ToDictionary(field => field[0], field => field[^1]);
        return (fields["Name"], fields["Cpus_allowed_list"]);
    }

    // Ranges with commas between them, such as 0-1,3.
    static int[] Each(string list) => [.. list.Split(',').Select(range => range.Split('-'))
        .Select(ends => (First: int.Parse(ends[0], CultureInfo.InvariantCulture),
            Last: int.Parse(ends[^1], CultureInfo.InvariantCulture)))
        .SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1))];
}
