using Akka.Actor;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Forwarding;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Benchmarks.Remote;

/// <summary>
/// Keeps questions to another node on their way: in batches to its look-up actor, or one by one through sharding. Each answer is
/// written as the reply that it becomes; only the sockets are missing.
/// </summary>
internal sealed class BatchAsker(IActorRef target) : UntypedActor
{
    private const uint Step = 611_953; // a prime: no common factor with the number of addresses, so it comes by all of them

    private readonly BatchWriter _batch = new();
    private readonly byte[] _reply = new byte[LeasequeryReply.MaxSize];
    private Flow.Run _run = new(0, 0, TimeSpan.Zero, new TaskCompletionSource<long>());
    private long _end;
    private long _answers;
    private long _open;
    private uint _next;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Flow.Run run:
                (_run, _answers, _open, _end) = (run, 0, 0, Environment.TickCount64 + (long)run.Duration.TotalMilliseconds);
                while (_open < run.InFlight)
                    Ask();
                break;
            case LookUpProtocol.Answers answers:
                Write(answers);
                GoOn(answers.Count);
                break;
            case AddressProtocol.Located located:
                var question = located.Question;
                LeasequeryReply.Write(_reply, question.Request, question.Dialect, Answering.Answer(located.Binding, Now), Now,
                    question.Asked.Address);
                GoOn(1);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private static uint Now => (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    private void Write(LookUpProtocol.Answers answers)
    {
        var now = Now;
        var rest = answers.Entries;
        for (var left = answers.Count; left > 0; left--)
        {
            var question = Question.Read(Question.Take(ref rest));
            LeasequeryReply.Write(_reply, question.Request, question.Dialect, Answer.Take(ref rest), now, question.Asked.Address);
        }
    }

    private void GoOn(int answered)
    {
        _answers += answered;
        _open -= answered;
        if (Environment.TickCount64 < _end)
            while (_open < _run.InFlight)
                Ask();
        else if (_open <= 0)
            _run.Done.TrySetResult(_answers);
    }

    private void Ask()
    {
        if (_run.BatchSize == 0)
        {
            _open++;
            target.Tell(NextQuestion(RemoteQuestions.Resident).ToLocate(0));
            return;
        }

        for (var i = 0; i < _run.BatchSize; i++)
            _batch.Add(NextQuestion(MillionBindings.Count).Write(_batch.Next));
        _open += _run.BatchSize;
        target.Tell(new LookUpProtocol.Questions(_batch.Take(0)));
    }

    private Question NextQuestion(uint addresses)
    {
        _next = (_next + Step) % MillionBindings.Count;
        var request = new LeasequeryRequest(new Ipv4Address(MillionBindings.First.Value + _next % addresses),
            Ipv4Address.Loopback, _next, 0, DhcpMessageType.LeaseQuery, true,
            OptionSet.Of(DhcpOption.LeaseTime, DhcpOption.RelayAgentInformation), false);
        var here = new Ipv4Endpoint(Ipv4Address.Loopback, Ipv4Endpoint.ServerPort);
        return new Question(request, LeasequeryDialect.Rfc4388, here, here);
    }
}
