namespace Leasequery.Benchmarks;

/// <summary>
/// Compares what each operation allocates with what it may. Bytes are the same on every machine, so this can fail a build,
/// where times can only be watched.
/// </summary>
internal static class AllocationCheck
{
    private const int WarmUp = 2_000;
    private const int Runs = 1_000;
    private const int Rounds = 7;

    /// <summary>Prints a line for each operation and returns how many allocate more than they may.</summary>
    public static int Run(IEnumerable<Func<IRung>> rungs, TextWriter output)
    {
        var tooMany = 0;
        foreach (var build in rungs)
        {
            var rung = build();
            foreach (var operation in rung.Operations)
            {
                var bytes = BytesPerRun(operation.Run);
                var isTooMuch = bytes > operation.ExpectedBytes;
                tooMany += isTooMuch ? 1 : 0;
                output.WriteLine($"{(isTooMuch ? "FAIL" : "ok"),-4} {rung.GetType().Name}.{operation.Name}: "
                    + $"{bytes} bytes, may {operation.ExpectedBytes}");
            }

            (rung as IDisposable)?.Dispose();
        }

        return tooMany;
    }

    // The whole process is counted, because actors work on other threads. The least of several rounds is what the operation
    // itself allocates: timers, the tiered compiler and the like can only add to it.
    private static long BytesPerRun(Action run)
    {
        for (var i = 0; i < WarmUp; i++)
            run();

        var least = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < Runs; i++)
                run();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return (least + Runs - 1) / Runs; // up: one byte in a thousand runs is not nothing
    }
}
