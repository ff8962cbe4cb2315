using System.Diagnostics;

namespace Leasequery.Benchmarks;

/// <summary>
/// How long the read path stands still while another thread allocates 200 MB/s, as actors do. A thread does nothing but settled
/// queries and looks at the clock after each; the longest time between two looks is the stall. Machines stall by themselves, so
/// in turn with that the same thread only looks at the clock, while the other one is as busy without allocating: no collector
/// runs then. And in turn with hardly an object that outlives a collection: what the collector then takes is not for copying. The
/// pauses are those that the collector itself tells.
/// </summary>
internal static class Stalls
{
    private const int Rounds = 15;
    private const int AllocatedPerMillisecond = 200_000;
    private const int ObjectSize = 200;
    private const int Survivors = 20_000; // as many messages may be in flight in the service; everything else dies young
    private const int FewSurvivors = 10;
    private static readonly long Slice = Stopwatch.Frequency; // a second

    /// <summary>Prints the stalls of both.</summary>
    public static void Print(TextWriter output)
    {
        using var table = new TableRung();
        var (reading, pauses) = (new List<double>(), new List<double>());
        var (readingWithFew, pausesWithFew) = (new List<double>(), new List<double>());
        var looking = new List<double>();
        Longest(() => table.AnswerQuery(), Slice); // the compiler's
        for (var round = 0; round < Rounds; round++)
        {
            looking.Add(Measure(() => 0, Copy));
            reading.Add(Measure(() => table.AnswerQuery(), isOver => Allocate(Survivors, pauses, isOver)));
            readingWithFew.Add(Measure(() => table.AnswerQuery(), isOver => Allocate(FewSurvivors, pausesWithFew, isOver)));
        }

        output.WriteLine($"longest stall in {Rounds} slices of a second each, ms: read path with 200 MB/s allocated beside "
            + $"{reading.Max():0.0} (median slice {Median(reading):0.0}), "
            + $"with {FewSurvivors} survivors instead of {Survivors} {readingWithFew.Max():0.0} "
            + $"(median slice {Median(readingWithFew):0.0}), "
            + $"clock alone without a collector {looking.Max():0.0} (median slice {Median(looking):0.0})");
        output.WriteLine($"pauses, ms: with {Survivors} survivors {Describe(pauses)}; "
            + $"with {FewSurvivors} {Describe(pausesWithFew)}");
    }

    private static string Describe(List<double> pauses) =>
        $"{pauses.Count} collections, median {Median(pauses):0.00}, longest {pauses.Max():0.0}";

    private static double Measure(Func<int> work, Action<CancellationToken> beside)
    {
        using var isOver = new CancellationTokenSource();
        var other = new Thread(() => beside(isOver.Token));
        other.Start();
        var longest = Longest(work, Slice);
        isOver.Cancel();
        other.Join();
        return longest * 1000.0 / Stopwatch.Frequency;
    }

    private static long Longest(Func<int> work, long ticks)
    {
        var longest = 0L;
        var start = Stopwatch.GetTimestamp();
        for (var last = start; last < start + ticks;)
        {
            work();
            var now = Stopwatch.GetTimestamp();
            longest = Math.Max(longest, now - last);
            last = now;
        }

        return longest;
    }

    private static void Allocate(int count, List<double> pauses, CancellationToken isOver)
    {
        var survivors = new byte[count][];
        var next = 0;
        var newest = GC.GetGCMemoryInfo(GCKind.Any).Index;
        EachMillisecond(isOver, () =>
        {
            for (var bytes = 0; bytes < AllocatedPerMillisecond; bytes += ObjectSize)
                survivors[next++ % count] = new byte[ObjectSize];
            var collection = GC.GetGCMemoryInfo(GCKind.Any);
            if (collection.Index == newest)
                return;
            newest = collection.Index;
            pauses.Add(collection.PauseDurations.ToArray().Max().TotalMilliseconds); // two, when it is a background collection
        });
    }

    private static void Copy(CancellationToken isOver)
    {
        var (from, to) = (new byte[AllocatedPerMillisecond], new byte[AllocatedPerMillisecond]);
        EachMillisecond(isOver, () => from.CopyTo(to, 0));
    }

    private static void EachMillisecond(CancellationToken isOver, Action work)
    {
        for (var due = Stopwatch.GetTimestamp(); !isOver.IsCancellationRequested; due += Stopwatch.Frequency / 1000)
        {
            work();
            if (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is var wait && wait > TimeSpan.Zero)
                Thread.Sleep(wait);
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
