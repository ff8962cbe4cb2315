using Akka.Actor;
using Akka.Event;
using Leasequery.Actors.Addresses;

namespace Leasequery.Actors.Forwarding;

/// <summary>
/// Sends the questions of all datagram loops to other nodes, and hands what comes back to the ingress actor, its parent. To each
/// node only two messages are on their way at once; what comes up meanwhile joins and leaves with the next answer. So the
/// busier the nodes are, the more questions share a message, and a question that comes alone leaves at once.
/// </summary>
internal sealed class ForwardActor : UntypedActor, IWithTimers
{
    /// <summary>Messages to a node that are not answered yet: one is looked up while the next one travels.</summary>
    public const int Window = 2;

    /// <summary>A node that answers nothing for so long may have lost the messages, and gets those that wait.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<Address, Link> _links = [];

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props() => Akka.Actor.Props.Create(() => new ForwardActor());

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case AskNode ask:
                OnAsk(LinkTo(ask.LookUp), ask.Questions);
                break;
            case LookUpProtocol.Answers answers:
                Context.Parent.Forward(answers);
                if (!answers.HasMore && _links.TryGetValue(Sender.Path.Address, out var link))
                    OnAnswered(link);
                break;
            case LookUpProtocol.Moved or AddressProtocol.Located:
                Context.Parent.Forward(message);
                break;
            case GiveUp giveUp:
                giveUp.Link.Open = 0;
                SendWaiting(giveUp.Link);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private Link LinkTo(IActorRef lookUp)
    {
        if (!_links.TryGetValue(lookUp.Path.Address, out var link))
            _links[lookUp.Path.Address] = link = new Link(lookUp);
        return link;
    }

    private void OnAsk(Link link, LookUpProtocol.Questions questions)
    {
        // One batch has one ticket. Tickets change some times a second, so two messages then are no price.
        if (link.Waiting.Count > 0 && (link.Ticket != questions.Ticket || link.Waiting.Next.Length < questions.Entries.Length))
            SendWaiting(link);
        if (link.Open < Window)
        {
            Send(link, questions);
            return;
        }

        link.Waiting.Add(questions);
        link.Ticket = questions.Ticket;
        if (!Timers.IsTimerActive(link))
            Timers.StartSingleTimer(link, new GiveUp(link), Patience);
    }

    private void OnAnswered(Link link)
    {
        link.Open = Math.Max(0, link.Open - 1);
        SendWaiting(link);
    }

    private void SendWaiting(Link link)
    {
        if (link.Waiting.Count == 0)
            return;
        Timers.Cancel(link);
        Send(link, new LookUpProtocol.Questions(link.Waiting.Take(link.Ticket)));
    }

    private void Send(Link link, LookUpProtocol.Questions questions)
    {
        link.Open++;
        link.LookUp.Tell(questions, Self);
    }

    /// <summary>Asks another node; from the datagram loops of this one.</summary>
    /// <param name="LookUp">The node's look-up actor.</param>
    /// <param name="Questions">The questions.</param>
    public sealed record AskNode(IActorRef LookUp, LookUpProtocol.Questions Questions) : INoSerializationVerificationNeeded;

    private sealed record GiveUp(Link Link) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>What is between this node and another one.</summary>
    private sealed class Link(IActorRef lookUp)
    {
        public IActorRef LookUp => lookUp;

        public BatchWriter Waiting { get; } = new();

        public long Ticket { get; set; }

        public int Open { get; set; }
    }
}
