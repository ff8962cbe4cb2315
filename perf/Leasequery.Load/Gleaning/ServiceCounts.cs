using System.Globalization;

namespace Leasequery.Load.Gleaning;

/// <summary>What the service says of itself at a moment.</summary>
/// <param name="Stored">leasequery_gleaned_total, stored: events that are in the store.</param>
/// <param name="Gleaned">leasequery_gleaned_total, whatever came of them.</param>
/// <param name="Dropped">leasequery_drops_total: shed, refused or not to be gleaned.</param>
/// <param name="Shed">Of those, the ones that came while too much was in flight.</param>
/// <param name="NotStored">leasequery_gleaned_total, notstored: the store did not take the event.</param>
/// <param name="RecoveryFailures">leasequery_recovery_failures_total: actors that could not start from the store.</param>
internal readonly record struct ServiceCounts(long Stored, long Gleaned, long Dropped, long Shed = 0, long NotStored = 0,
    long RecoveryFailures = 0)
{
    private const string GleanedName = "leasequery_gleaned_total";
    private const string DropsName = "leasequery_drops_total";
    private const string RecoveryFailuresName = "leasequery_recovery_failures_total";

    /// <summary>Messages that the service is done with.</summary>
    public long Done => Gleaned + Dropped;

    /// <summary>Reads Prometheus' text format; what else stands there is passed over.</summary>
    public static ServiceCounts Read(string metrics)
    {
        var counts = default(ServiceCounts);
        foreach (var line in metrics.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(GleanedName))
            {
                counts = counts with
                {
                    Gleaned = counts.Gleaned + Value(line),
                    Stored = counts.Stored + ValueIf(line, "\"stored\""),
                    NotStored = counts.NotStored + ValueIf(line, "\"notstored\""),
                };
            }
            else if (line.StartsWith(DropsName))
            {
                counts = counts with { Dropped = counts.Dropped + Value(line), Shed = counts.Shed + ValueIf(line, "\"shed\"") };
            }
            else if (line.StartsWith(RecoveryFailuresName))
            {
                counts = counts with { RecoveryFailures = counts.RecoveryFailures + Value(line) };
            }
        }

        return counts;
    }

    /// <summary>What was added since.</summary>
    public static ServiceCounts operator -(ServiceCounts now, ServiceCounts then) =>
        new(now.Stored - then.Stored, now.Gleaned - then.Gleaned, now.Dropped - then.Dropped, now.Shed - then.Shed,
            now.NotStored - then.NotStored, now.RecoveryFailures - then.RecoveryFailures);

    private static long ValueIf(ReadOnlySpan<char> line, string label) =>
        line.Contains(label, StringComparison.Ordinal) ? Value(line) : 0;

    // name{labels} value timestamp, or without labels
    private static long Value(ReadOnlySpan<char> line)
    {
        var labels = line.LastIndexOf('}');
        var rest = line[(labels >= 0 ? labels + 1 : line.IndexOf(' '))..].TrimStart();
        var end = rest.IndexOf(' ');
        return (long)double.Parse(end < 0 ? rest : rest[..end], NumberStyles.Float, CultureInfo.InvariantCulture);
    }
}
