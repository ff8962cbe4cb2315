using Leasequery.Load.Traffic;

namespace Leasequery.Load.Asking;

/// <summary>
/// For how long neighbouring addresses went without a right answer. Neighbours are those of one /20: a cluster gives them to one
/// node. A gap lasts from when the first query was due that got no right answer to when the next one was due that did; so it is
/// known to the time between two queries about the neighbours. Everything is kept and sorted at the end, because a query is known
/// to be lost long after the next one was answered.
/// </summary>
internal sealed class Gaps
{
    private const int StripeBits = 12;

    private readonly List<(long DueAt, uint Stripe, bool IsRight)> _queries = [];
    private readonly long _clockToUnix =
        DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - (Nanoclock.Now / Nanoclock.PerMillisecond);

    /// <summary>A query is settled: it got the right answer, or a wrong one, or none.</summary>
    public void Add(in OpenQuery query, bool isRight) =>
        _queries.Add((query.MeantAt, query.Address.Value >> StripeBits, isRight));

    /// <summary>What was until now does not count.</summary>
    public void Clear() => _queries.Clear();

    /// <summary>
    /// The longest gap of any neighbours, in seconds; 0 when there was none. A gap that did not end lasts to the last query.
    /// </summary>
    public double Longest { get; private set; }

    /// <summary>When the first query without a right answer was due, in Unix milliseconds; 0 when there was none.</summary>
    public long FirstAt { get; private set; }

    /// <summary>When the last query without a right answer was due, in Unix milliseconds; 0 when there was none.</summary>
    public long LastAt { get; private set; }

    /// <summary>Sums up. The queries are over.</summary>
    public void Close()
    {
        _queries.Sort((one, other) => one.DueAt.CompareTo(other.DueAt));
        var open = new Dictionary<uint, long>();
        foreach (var (dueAt, stripe, isRight) in _queries)
        {
            if (!isRight)
            {
                open.TryAdd(stripe, dueAt);
                LastAt = Unix(dueAt);
                FirstAt = FirstAt == 0 ? LastAt : FirstAt;
            }
            else if (open.Remove(stripe, out var since))
            {
                Take(dueAt - since);
            }
        }

        foreach (var since in open.Values)
            Take(_queries[^1].DueAt - since);
    }

    private void Take(long gap) => Longest = Math.Max(Longest, gap / (double)Nanoclock.PerSecond);

    private long Unix(long time) => (time / Nanoclock.PerMillisecond) + _clockToUnix;
}
