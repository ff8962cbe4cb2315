using Leasequery.Domain.Upstream;
using Leasequery.Wire;

namespace Leasequery.Benchmarks;

/// <summary>What a million negative entries cost in memory, and how many of a million neighbouring addresses find room.</summary>
internal static class NegativeEntries
{
    private const int Entries = 1_000_000;
    private const uint Now = 1_700_000_000;
    private const uint Ttl = 300;

    /// <summary>Prints a line.</summary>
    public static void Print(TextWriter output)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var cache = new NegativeCache(Entries, maxEvictionsPerSecond: 0);
        var first = Ipv4Address.Parse("10.0.0.0").Value;
        for (var i = 0u; i < Entries; i++)
            cache.Add(new Ipv4Address(first + i), Now + Ttl, Now);
        var bytes = GC.GetTotalAllocatedBytes(precise: true) - before;
        output.WriteLine($"{bytes} bytes for {Entries} negative entries, "
            + $"of which {cache.Count} are taken by neighbouring addresses");
    }
}
