using Leasequery.Load.Sockets;

namespace Leasequery.Load.Asking;

/// <summary>Asks over several sockets at the same time, each with a thread of its own.</summary>
/// <param name="loops">One a socket.</param>
/// <param name="processors">Where the threads stay, in turn; none for anywhere.</param>
internal sealed class QueryRun(IReadOnlyList<QueryLoop> loops, IReadOnlyList<int> processors)
{
    /// <summary>Runs all of them and adds up what they counted.</summary>
    /// <param name="progress">Shown the counts of the first socket now and then.</param>
    /// <param name="cancellation">Ends the run; what was counted counts.</param>
    public QueryTally Run(Action<QueryTally> progress, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var failures = new Exception?[loops.Count];
        var tallies = new QueryTally[loops.Count];
        var threads = Enumerable.Range(0, loops.Count).Select(i => new Thread(() =>
        {
            try
            {
                if (processors.Count > 0)
                    Processor.Keep(processors[i % processors.Count]);
                tallies[i] = loops[i].Run(i == 0 ? progress : _ => { }, stop.Token);
            }
            catch (Exception cause)
            {
                failures[i] = cause;
                stop.Cancel();
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        if (Array.Find(failures, failure => failure is not null) is { } first)
            throw first;
        var sum = tallies[0];
        foreach (var tally in tallies.Skip(1))
            sum.Add(tally);
        return sum;
    }
}
