using Akka.Actor;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Monitoring;

namespace Leasequery.Actors.Forwarding;

/// <summary>
/// Answers the questions of other nodes about the shards of this one: from the table what is settled, in one message back; the
/// rest goes to the address actors, which answer the asking node themselves. A shard that is not here (any more) is told, and
/// its questions go on through sharding, which knows where it is: so a question never goes in circles.
/// </summary>
internal sealed class LookUpActor : UntypedActor
{
    /// <summary>Its name under /user: other nodes find it by that.</summary>
    public const string Name = "look-up";

    private readonly LocationTable _table;
    private readonly SettledLocations _settled;
    private readonly IActorRef _addresses;
    private readonly DatagramCounters _counters;
    private readonly TimeProvider _clock;
    private readonly BatchWriter _answers = new();
    private readonly HashSet<int> _moved = [];

    public LookUpActor(LocationTable table, bool hasServers, IActorRef addresses, DatagramCounters counters, TimeProvider clock)
    {
        _table = table;
        _settled = new SettledLocations(table, hasServers);
        _addresses = addresses;
        _counters = counters;
        _clock = clock;
    }

    public static Props Props(LocationTable table, bool hasServers, IActorRef addresses, DatagramCounters counters,
        TimeProvider clock) =>
        Akka.Actor.Props.Create(() => new LookUpActor(table, hasServers, addresses, counters, clock));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case LookUpProtocol.Questions questions:
                OnQuestions(questions);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnQuestions(LookUpProtocol.Questions questions)
    {
        var now = _clock.NowInUnixSeconds();
        var rest = questions.Entries;
        for (var left = questions.Count; left > 0; left--)
        {
            var question = Question.Take(ref rest);
            var address = Question.AddressOf(question);
            if (_settled.TrySettle(address, now, out var answer))
            {
                question.CopyTo(_answers.Next);
                _answers.Add(question.Length + Answer.Write(_answers.Next[question.Length..], answer));
                if (_answers.Next.Length < Question.MaxSize + Answer.MaxSize)
                    SendAnswers(questions.Ticket, hasMore: true);
                continue;
            }

            _addresses.Tell(Question.Read(question).ToLocate(questions.Ticket), Sender);
            _counters.LookedUp(LookUpResult.Actor);
            var shard = _table.Shards.ShardOf(address);
            if (!_table.Holds(shard))
                _moved.Add(shard);
        }

        SendAnswers(questions.Ticket, hasMore: false); // also without any: who asked sends the next questions then
        foreach (var shard in _moved)
            Sender.Tell(new LookUpProtocol.Moved(shard));
        _moved.Clear();
    }

    private void SendAnswers(long ticket, bool hasMore)
    {
        _counters.LookedUp(LookUpResult.Table, _answers.Count);
        Sender.Tell(new LookUpProtocol.Answers(_answers.Take(ticket, hasMore)));
    }
}
