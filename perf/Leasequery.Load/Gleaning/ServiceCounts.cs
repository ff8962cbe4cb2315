using System.Globalization;

namespace Leasequery.Load.Gleaning;

/// <summary>What the service says of itself at a moment.</summary>
/// <param name="Stored">leasequery_gleaned_total, stored: events that are in the store.</param>
/// <param name="Gleaned">leasequery_gleaned_total, whatever came of them.</param>
/// <param name="Dropped">leasequery_drops_total: shed, refused or not to be gleaned.</param>
internal readonly record struct ServiceCounts(long Stored, long Gleaned, long Dropped)
{
    private const string GleanedName = "leasequery_gleaned_total";
    private const string DropsName = "leasequery_drops_total";

    /// <summary>Messages that the service is done with.</summary>
    public long Done => Gleaned + Dropped;

    /// <summary>Reads Prometheus' text format; what else stands there is passed over.</summary>
    public static ServiceCounts Read(string metrics)
    {
        var counts = default(ServiceCounts);
        foreach (var line in metrics.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(GleanedName) && line.Contains("\"stored\"", StringComparison.Ordinal))
                counts = counts with { Gleaned = counts.Gleaned + Value(line), Stored = counts.Stored + Value(line) };
            else if (line.StartsWith(GleanedName))
                counts = counts with { Gleaned = counts.Gleaned + Value(line) };
            else if (line.StartsWith(DropsName))
                counts = counts with { Dropped = counts.Dropped + Value(line) };
        }

        return counts;
    }

    /// <summary>What was added since.</summary>
    public static ServiceCounts operator -(ServiceCounts now, ServiceCounts then) =>
        new(now.Stored - then.Stored, now.Gleaned - then.Gleaned, now.Dropped - then.Dropped);

    // name{labels} value timestamp
    private static long Value(ReadOnlySpan<char> line)
    {
        var rest = line[(line.LastIndexOf('}') + 1)..].TrimStart();
        var end = rest.IndexOf(' ');
        return (long)double.Parse(end < 0 ? rest : rest[..end], NumberStyles.Float, CultureInfo.InvariantCulture);
    }
}
