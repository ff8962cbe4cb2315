using System.Globalization;
using System.Net;
using Leasequery.Host.Wording;
using Spectre.Console;

namespace Leasequery.Host.Replaying;

/// <summary>Writes what a replay sent and skipped.</summary>
/// <param name="console">Where to.</param>
internal sealed class SummaryPrinter(IAnsiConsole console)
{
    private const int LabelWidth = 36;

    /// <summary>Writes all lines.</summary>
    public void Print(ReplaySummary summary, IPEndPoint server, TimeSpan elapsed)
    {
        var seconds = elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        console.WriteLine($"sent {Words.Count(summary.Sent.Values.Sum(), "message", "messages")} to {server} in {seconds} s");
        PrintCounts(summary.Sent);
        if (summary.Skipped.Count == 0)
            return;
        console.WriteLine($"skipped {Words.Count(summary.Skipped.Values.Sum(), "packet", "packets")}");
        PrintCounts(summary.Skipped);
    }

    private void PrintCounts(IReadOnlyDictionary<string, int> counts)
    {
        foreach (var (label, count) in counts)
            console.WriteLine($"  {label.PadRight(LabelWidth)} {count,8}");
    }
}
