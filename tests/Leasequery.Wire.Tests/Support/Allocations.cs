namespace Leasequery.Tests.Support;

/// <summary>What code allocates on the thread that runs it, counted exactly: so it can be a rule that it is nothing.</summary>
internal static class Allocations
{
    private const int Runs = 5;

    /// <summary>What each run of an action allocates, once all that it uses is loaded and compiled.</summary>
    public static long Of(Action action) => OfPart(() =>
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    });

    /// <summary>The same for a run that counts only a part of what it does, and returns the count.</summary>
    /// <remarks>
    /// The least of some runs, for what allocates does so in every one. A collection that another thread brings about takes away
    /// the buffer that this thread allocates from, and the runtime counts what was left of it, up to 8 KB, as allocated.
    /// </remarks>
    public static long OfPart(Func<long> run)
    {
        run(); // what is loaded or compiled once
        return Enumerable.Range(0, Runs).Min(_ => run());
    }
}
