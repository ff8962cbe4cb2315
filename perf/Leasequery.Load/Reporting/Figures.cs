using Leasequery.Load.Asking;
using Leasequery.Load.Gleaning;
using Leasequery.Load.Overloading;
using Leasequery.Load.Watching;

namespace Leasequery.Load.Reporting;

/// <summary>A part of the summary: a heading and its figures, in order.</summary>
/// <param name="Heading">The heading.</param>
/// <param name="Values">Name (with its unit) and value.</param>
/// <param name="Note">What people have to know of it; scripts see by the names which figures there are.</param>
internal sealed record Figures(string Heading, IReadOnlyList<(string Name, double Value)> Values, string? Note = null)
{
    /// <summary>The note where nobody says what the server has stored.</summary>
    public const string StoredIsNotKnown = "What was stored is not known: --metrics would tell. 'queries --verify' asks.";
}

/// <summary>The figures of queries.</summary>
internal static class QueryFigures
{
    private static readonly double[] Percentiles = [50, 90, 99, 99.9, 100];

    public static Figures Of(QueryTally tally, long refused, CostMeter cost) => new("queries",
    [
        ("sent", tally.Sent),
        ("answered", tally.Answered),
        ("answers/s", tally.Rate),
        .. Percentiles.Select(percent => ($"p{percent} ms", tally.Answered > 0 ? tally.Percentile(percent) : 0)),
        ("lost", tally.Lost),
        ("late", tally.Late),
        ("wrong", tally.Wrong),
        .. Enum.GetValues<Verdict>().Where(verdict => verdict != Verdict.Right && tally.Count(verdict) > 0)
            .Select(verdict => ($"wrong: {verdict}", (double)tally.Count(verdict))),
        ("refused", refused),
        ("first right answer, unix ms", tally.FirstRightAt),
        .. cost.KnowsServer
            ? [("server cpu ns/answer", cost.ServerPer(tally.Answered)), ("server processors busy", cost.ServerProcessors)]
            : Array.Empty<(string, double)>(),
        ("generator cpu ns/answer", cost.SelfPer(tally.Answered)),
    ]);
}

/// <summary>The figures of what went without a right answer.</summary>
internal static class GapFigures
{
    public static Figures Of(Gaps gaps)
    {
        gaps.Close();
        return new("gaps",
        [
            ("longest, s", gaps.Longest),
            ("first query without, unix ms", gaps.FirstAt),
            ("last query without, unix ms", gaps.LastAt),
        ]);
    }
}

/// <summary>The figures of a round of gleaning.</summary>
internal static class GleanFigures
{
    public static Figures Of(SentRound round) => new(Heading(round.Round),
    [
        ("sent", round.Sent),
        ("seconds", round.Seconds),
        ("sent/s", round.Seconds > 0 ? round.Sent / round.Seconds : 0),
        ("refused", round.Refused),
    ], Figures.StoredIsNotKnown);

    public static Figures Of(GleanRound round) => new(Heading(round.Round),
    [
        ("stored", round.Stored),
        ("seconds", round.Seconds),
        ("stored/s", round.Rate),
        ("sent", round.Sent),
        ("dropped by the service", round.Shed),
        ("lost on the way", round.Lost),
        ("missing", round.Missing),
    ]);

    /// <summary>
    /// The second half of the renewals, when the service's code is compiled: a round lasts half a second, and says little alone.
    /// </summary>
    public static Figures OfSettled(IReadOnlyList<GleanRound> rounds)
    {
        var settled = rounds.Skip(rounds.Count / 2).ToArray();
        double Each(Func<GleanRound, long> time) => settled.Sum(time) / 1000.0 / settled.Sum(round => round.Stored);
        return new Figures("settled renewals",
        [
            ("rounds", settled.Length),
            ("stored/s, median", settled.Select(round => round.Rate).Order().ElementAt(settled.Length / 2)),
            .. settled.Any(round => round.ServiceTime > 0)
                ? [("service cpu us/event", Each(round => round.ServiceTime))]
                : Array.Empty<(string, double)>(),
            ("generator cpu us/event", Each(round => round.OwnTime)),
        ]);
    }

    private static string Heading(int round) => round == 0 ? "new bindings" : $"renewal {round}";
}

/// <summary>The figures of what went beside queries.</summary>
internal static class StreamFigures
{
    /// <summary>DHCPREQUESTs to a DHCP server.</summary>
    public static Figures Of(long sent, QueryTally tally) => new("beside the queries",
    [
        ("sent", sent),
        ("acknowledged", tally.Acknowledged),
    ]);

    /// <summary>DHCPACKs to a server that tells nobody what it has stored.</summary>
    public static Figures Of(long sent) => new("beside the queries", [("sent", sent)], Figures.StoredIsNotKnown);

    public static Figures Of(long sent, ServiceCounts counts) => new("beside the queries",
    [
        ("sent", sent),
        ("stored", counts.Stored),
        ("gleaned", counts.Gleaned),
        ("dropped by the service", counts.Dropped),
    ]);
}

/// <summary>The figures of an overload.</summary>
internal static class OverloadFigures
{
    private const double MiB = 1 << 20;

    public static Figures Of(OverloadResult result) => new("overload",
    [
        ("full rate, stored/s", result.FullRate),
        ("seconds", result.Seconds),
        ("sent/s", result.Sent / result.Seconds),
        ("stored/s", result.Counts.Stored / result.Seconds),
        ("shed", result.Counts.Shed),
        ("lost before the service", result.LostOnTheWay),
        ("not stored", result.Counts.NotStored),
        ("recovery failures", result.Counts.RecoveryFailures),
        ("memory before, MiB", result.MemoryBefore / MiB),
        ("memory after half, MiB", result.MemoryHalf / MiB),
        ("memory at the end, MiB", result.MemoryAfter / MiB),
        .. result.RecoverySeconds is { } seconds ? [("full rate again after, s", seconds)] : Array.Empty<(string, double)>(),
        ("stored/s then", result.RecoveryRate),
    ]);
}
