using System.Diagnostics;
using System.Globalization;
using Akka.Actor;
using Akka.Hosting;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Delivery;
using Leasequery.Actors.Forwarding;
using Microsoft.Extensions.DependencyInjection;

namespace Leasequery.Benchmarks.Remote;

/// <summary>
/// What a question for an address of another node costs, and a gleaned message: two processes, two nodes of one cluster on the
/// loopback. One owns all shards with a million leases, the other one asks and gleans.
/// </summary>
internal static class RemoteQuestions
{
    /// <summary>
    /// The argument that starts it; with a port, and segmentation on or off, both serve on it and the next one. The two after
    /// them are their cluster's.
    /// </summary>
    public const string Argument = "--remote";

    /// <summary>Addresses whose actors all stay in memory (leasequery.addresses.max-resident).</summary>
    public const uint Resident = 100;

    private const uint Passive = 100_000;
    private const int FirstPort = 23200; // where no other is given; the kernel gives these to nobody
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(4);

    /// <summary>Prints a line for each size of batch; with a port it serves there until standard input ends.</summary>
    public static async Task RunAsync(string? port, string segmentation, TextWriter output)
    {
        var udp = port is null ? 0 : int.Parse(port, CultureInfo.InvariantCulture);
        var clusterPort = (udp == 0 ? FirstPort : udp) + 2;
        using var owner = StartOwner(udp == 0 ? 0 : udp + 1, clusterPort, segmentation);
        using var host = await RemoteNode.StartAsync("ingress", udp, clusterPort + 1, clusterPort, segmentation);
        if (udp == 0)
            await MeasureAsync(host.Services, owner, clusterPort, output);
        else
            await ServeAsync(owner, output, udp);
        await host.StopAsync();
        owner.StandardInput.Close();
        await owner.WaitForExitAsync();
    }

    private static Process StartOwner(int udp, int clusterPort, string segmentation)
    {
        string[] arguments =
        [
            Environment.GetCommandLineArgs()[0], RemoteNode.Argument, "address, ingress",
            $"{udp}", $"{clusterPort}", $"{clusterPort}", segmentation,
        ];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var owner = Process.Start(start) ?? throw new InvalidOperationException("the other node does not start");
        return owner.StandardOutput.ReadLine() == "ready" ? owner : throw new InvalidOperationException("it is not ready");
    }

    private static async Task ServeAsync(Process owner, TextWriter output, int udp)
    {
        output.WriteLine($"remote 127.0.0.1:{udp} process {Environment.ProcessId}; local 127.0.0.1:{udp + 1} process {owner.Id}");
        await Console.In.ReadToEndAsync();
    }

    private static async Task MeasureAsync(IServiceProvider services, Process owner, int clusterPort, TextWriter output)
    {
        var system = services.GetRequiredService<ActorSystem>();
        var node = new Address("akka.tcp", system.Name, "127.0.0.1", clusterPort);
        var lookUp = ActorAt(LookUpActor.Name);
        var delivery = ActorAt(DeliveryActor.Name);
        var region = services.GetRequiredService<ActorRegistry>().Get<AddressRegion>();
        var batches = system.ActorOf(Props.Create(() => new BatchAsker(lookUp)));
        var singles = system.ActorOf(Props.Create(() => new BatchAsker(region)));
        await MeasureAsync("questions", "one by one through sharding", singles, 0, 1024, owner, output);
        foreach (var size in new[] { 1, 8, 64, 256 })
            await MeasureAsync("questions", $"in batches of {size}", batches, size, Math.Max(1024, size * 8), owner, output);

        // What came of them waits for company, so more are on their way.
        foreach (var (what, addresses) in new[] { ("gleaned", Resident), ("gleaned passive", Passive) })
        {
            var single = system.ActorOf(Props.Create(() => new Gleaner(region, addresses)));
            var batched = system.ActorOf(Props.Create(() => new Gleaner(delivery, addresses)));
            await MeasureAsync(what, "one by one through sharding", single, 0, 8192, owner, output);
            foreach (var size in new[] { 1, 8, 64, 256 })
                await MeasureAsync(what, $"in batches of {size}", batched, size, 8192, owner, output);
        }

        IActorRef ActorAt(string name) =>
            ((ExtendedActorSystem)system).Provider.ResolveActorRef(new RootActorPath(node) / "user" / name);
    }

    private static async Task MeasureAsync(string what, string how, IActorRef asker, int size, int inFlight, Process owner,
        TextWriter output)
    {
        await AskAsync(asker, size, inFlight, WarmUp);
        var (ownCpu, ownerCpu, allocated) = (Cpu(Process.GetCurrentProcess()), Cpu(owner), GC.GetTotalAllocatedBytes());
        var clock = Stopwatch.StartNew();
        var answers = await AskAsync(asker, size, inFlight, Duration);
        var seconds = clock.Elapsed.TotalSeconds;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what} {how}: {answers / seconds:N0}/s; CPU of one: sending node "
            + $"{Each(Cpu(Process.GetCurrentProcess()) - ownCpu):0.00} us, owner {Each(Cpu(owner) - ownerCpu):0.00} us; "
            + $"allocated at the sending node {(GC.GetTotalAllocatedBytes() - allocated) / answers} B"));

        double Each(TimeSpan cpu) => cpu.TotalMicroseconds / answers;
    }

    private static Task<long> AskAsync(IActorRef asker, int size, int inFlight, TimeSpan duration)
    {
        var done = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        asker.Tell(new Flow.Run(size, inFlight, duration, done));
        return done.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private static TimeSpan Cpu(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }
}
