using Leasequery.Actors.Ingress;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Monitoring;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Actors.Forwarding;

/// <summary>
/// Sends the answers of other nodes to the requestors, each from the address that was asked, many in one system call. Used by the
/// ingress actor.
/// </summary>
/// <param name="gate">Where the questions entered.</param>
/// <param name="touch">Whether this node may speak.</param>
/// <param name="counters">Of the ingress actor.</param>
/// <param name="batchFor">The batch that leaves from an endpoint; null when its socket is closed.</param>
internal sealed class AnswerSender(AdmissionGate gate, Touch touch, DatagramCounters counters,
    Func<Ipv4Endpoint, SendBatch?> batchFor)
{
    /// <summary>The replies that a batch for this has room for.</summary>
    public const int BatchSize = 64;

    /// <summary>Writes and sends the replies; those that come too late help nobody and are dropped.</summary>
    public void Send(LookUpProtocol.Answers answers, uint now)
    {
        IngressDrop? refusal = !gate.Leave(answers.Ticket, answers.Count) ? IngressDrop.AnsweredLate
            : !touch.Holds ? IngressDrop.OutOfTouch
            : null;
        var rest = answers.Entries;
        SendBatch? batch = null;
        Ipv4Endpoint endpoint = default;
        var waiting = 0;
        for (var left = answers.Count; left > 0; left--)
        {
            var question = Question.Read(Question.Take(ref rest));
            var answer = Answer.Take(ref rest);
            if (batch is null || endpoint != question.Asked)
            {
                Flush(batch, ref waiting);
                endpoint = question.Asked;
                batch = batchFor(endpoint);
            }

            if (refusal is not null || batch is null)
            {
                counters.Dropped(refusal ?? IngressDrop.SendFailed);
                continue;
            }

            counters.Answered(question.Dialect, answer.Outcome);
            var length = LeasequeryReply.Write(batch.Next, question.Request, question.Dialect, answer, now, endpoint.Address);
            batch.Add(length, question.ReplyTo, endpoint);
            if (++waiting == BatchSize || batch.IsFull)
                Flush(batch, ref waiting);
        }

        Flush(batch, ref waiting);
    }

    private void Flush(SendBatch? batch, ref int waiting)
    {
        for (var failed = waiting > 0 ? batch!.Flush() : 0; failed > 0; failed--)
            counters.Dropped(IngressDrop.SendFailed);
        waiting = 0;
    }
}
