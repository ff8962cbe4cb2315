using BenchmarkDotNet.Running;
using Leasequery.Benchmarks;
using Leasequery.Benchmarks.Entities;
using Leasequery.Benchmarks.Remote;

// dotnet run -c Release --project perf/Leasequery.Benchmarks                        asks which benchmarks to run
// dotnet run -c Release --project perf/Leasequery.Benchmarks -- --filter '*Codec*'  as BenchmarkDotNet has it
// dotnet run -c Release --project perf/Leasequery.Benchmarks -- --check-allocations seconds; fails when one allocates too much
// dotnet run -c Release --project perf/Leasequery.Benchmarks -- --negative-entries  at once; memory of a million cached NAKs
// dotnet run -c Release --project perf/Leasequery.Benchmarks -- --remote            half a minute; questions between two nodes
// dotnet run -c Release --project perf/Leasequery.Benchmarks -- --remote PORT on    serves, for load; see perf/remote
// dotnet run -c Release --project perf/Leasequery.Benchmarks -- --read-path         half a minute; with 5,000,000 records
// dotnet run -c Release --project perf/Leasequery.Benchmarks -- --stalls            half a minute; how long reading stops

// The ladder, lowest rung first. The step where the number falls is where to work.
Func<IRung>[] ladder =
[
    () => new CodecRung(),
    () => new RulesRung(),
    () => new TableRung(),
    () => new EntityRung(),
    () => new RegionRung(),
];

if (args.Contains("--check-allocations"))
    return AllocationCheck.Run(ladder, Console.Out) == 0 ? 0 : 1;

if (args.Contains("--negative-entries"))
{
    NegativeEntries.Print(Console.Out);
    return 0;
}

if (args is [RemoteNode.Argument, .. var node])
{
    await RemoteNode.ServeAsync(node);
    return 0;
}

if (args is [RemoteQuestions.Argument, .. var rest])
{
    await RemoteQuestions.RunAsync(rest.FirstOrDefault(), rest.ElementAtOrDefault(1) ?? "on", Console.Out);
    return 0;
}

if (args.Contains("--read-path"))
{
    ReadPath.Print(Console.Out);
    return 0;
}

if (args.Contains("--stalls"))
{
    Stalls.Print(Console.Out);
    return 0;
}

BenchmarkSwitcher.FromAssembly(typeof(IRung).Assembly).Run(args);
return 0;
