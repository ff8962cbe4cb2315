using Leasequery.Wire;

namespace Leasequery.Load.Asking;

/// <summary>Judges what an echo sends back: the query itself, byte for byte.</summary>
/// <param name="query">What was sent.</param>
internal sealed class EchoJudge(QueryTemplate query) : IReplyJudge
{
    /// <inheritdoc/>
    public Verdict Judge(Ipv4Address asked, DhcpPacket packet) =>
        query.IsQuery(packet.Bytes, asked, packet.TransactionId) ? Verdict.Right : Verdict.NotTheAnswer;
}
