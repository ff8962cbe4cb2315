using HdrHistogram;
using Leasequery.Load.Traffic;

namespace Leasequery.Load.Asking;

/// <summary>What came of the queries of a run.</summary>
internal sealed class QueryTally
{
    private const long Resolution = 100; // nanoseconds; finer than any clock call is worth
    private const long Longest = 60 * Nanoclock.PerSecond / Resolution;

    private readonly long[] _verdicts = new long[Enum.GetValues<Verdict>().Length];
    private readonly LongHistogram _latencies = new(Longest, 3);

    /// <summary>Queries sent.</summary>
    public long Sent { get; set; }

    /// <summary>Queries that got no answer in time.</summary>
    public long Lost { get; set; }

    /// <summary>Replies to no query that waited: too late, or a second one.</summary>
    public long Late { get; set; }

    /// <summary>DHCPACKs to the DHCPREQUESTs that went beside the queries.</summary>
    public long Acknowledged { get; set; }

    /// <summary>Replies that are no DHCP message at all.</summary>
    public long Garbled { get; set; }

    /// <summary>Seconds from the first to the last answer that counts.</summary>
    public double Seconds { get; set; }

    /// <summary>When the first right answer came, in Unix milliseconds; 0 for never.</summary>
    public long FirstRightAt { get; private set; }

    /// <summary>Replies that belonged to a query.</summary>
    public long Answered => _verdicts.Sum();

    /// <summary>Replies that were wrong.</summary>
    public long Wrong => Answered - Count(Verdict.Right) + Garbled;

    /// <summary>Answers a second.</summary>
    public double Rate => Seconds > 0 ? Answered / Seconds : 0;

    /// <summary>How often a verdict was spoken.</summary>
    public long Count(Verdict verdict) => _verdicts[(int)verdict];

    /// <summary>Counts an answer.</summary>
    public void Add(Verdict verdict, long latency)
    {
        _verdicts[(int)verdict]++;
        _latencies.RecordValue(Math.Clamp(latency / Resolution, 0, Longest));
        if (verdict == Verdict.Right && FirstRightAt == 0)
            FirstRightAt = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
    }

    /// <summary>Adds what another socket counted at the same time.</summary>
    public void Add(QueryTally other)
    {
        Sent += other.Sent;
        Lost += other.Lost;
        Late += other.Late;
        Acknowledged += other.Acknowledged;
        Garbled += other.Garbled;
        Seconds = Math.Max(Seconds, other.Seconds);
        for (var i = 0; i < _verdicts.Length; i++)
            _verdicts[i] += other._verdicts[i];
        _latencies.Add(other._latencies);
        if (FirstRightAt == 0 || other.FirstRightAt != 0 && other.FirstRightAt < FirstRightAt)
            FirstRightAt = other.FirstRightAt;
    }

    /// <summary>The latency in milliseconds that this share of the queries did not exceed.</summary>
    public double Percentile(double percent) =>
        _latencies.GetValueAtPercentile(percent) * Resolution / (double)Nanoclock.PerMillisecond;
}
