using System.Net;

namespace Leasequery.Host.Asking;

/// <summary>What came of a question.</summary>
/// <param name="Tries">How often the query was sent.</param>
/// <param name="Elapsed">From the first query to the answer, or to the end of the wait.</param>
internal abstract record AskResult(int Tries, TimeSpan Elapsed);

/// <summary>A reply in the dialect of the query, with its transaction id.</summary>
/// <param name="Tries">How often the query was sent.</param>
/// <param name="Elapsed">From the first query to the answer.</param>
/// <param name="Reply">The datagram.</param>
/// <param name="AnsweredBy">Where it came from.</param>
internal sealed record Answered(int Tries, TimeSpan Elapsed, byte[] Reply, IPEndPoint AnsweredBy) : AskResult(Tries, Elapsed);

/// <summary>Silence, or nothing that answers the query.</summary>
/// <param name="Tries">How often the query was sent.</param>
/// <param name="Elapsed">How long was waited.</param>
/// <param name="Ignored">What did come and how often, each as "2 of another transaction".</param>
internal sealed record Unanswered(int Tries, TimeSpan Elapsed, IReadOnlyList<string> Ignored) : AskResult(Tries, Elapsed);
