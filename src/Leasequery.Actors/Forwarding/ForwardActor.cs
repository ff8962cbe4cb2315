using Akka.Actor;
using Akka.Event;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Delivery;

namespace Leasequery.Actors.Forwarding;

/// <summary>
/// Sends what all datagram loops have for other nodes, questions or observations, and hands what comes back to the ingress actor,
/// its parent. To each node only two messages are on their way at once; what comes up meanwhile joins and leaves with the next
/// answer. So the busier the nodes are, the more entries share a message, and one that comes alone leaves at once. All leave in
/// the order in which they came.
/// </summary>
/// <param name="batchOf">Makes a batch of what has joined.</param>
internal sealed class ForwardActor(Func<byte[], Batch> batchOf) : UntypedActor, IWithTimers
{
    /// <summary>Messages to a node that are not answered yet: one is worked on while the next one travels.</summary>
    public const int Window = 2;

    /// <summary>A node that answers nothing for so long may have lost the messages, and gets those that wait.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<Address, Link> _links = [];

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(Func<byte[], Batch> batchOf) => Akka.Actor.Props.Create(() => new ForwardActor(batchOf));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ToNode given:
                OnGiven(LinkTo(given.Node), given.Batch);
                break;
            case LookUpProtocol.Answers answers:
                Context.Parent.Forward(answers);
                if (!answers.HasMore)
                    OnAnswered();
                break;
            case DeliveryProtocol.Taken:
                OnAnswered();
                break;
            case LookUpProtocol.Moved or AddressProtocol.Located or DeliveryProtocol.Results:
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

    private Link LinkTo(IActorRef node)
    {
        if (!_links.TryGetValue(node.Path.Address, out var link))
            _links[node.Path.Address] = link = new Link(node);
        return link;
    }

    private void OnGiven(Link link, Batch batch)
    {
        // One batch has one ticket. Tickets change some times a second, so two messages then are no price.
        if (link.Waiting.Count > 0 && (link.Ticket != batch.Ticket || link.Waiting.Next.Length < batch.Entries.Length))
            SendWaiting(link);
        if (link.Open < Window)
        {
            Send(link, batch);
            return;
        }

        link.Waiting.Add(batch);
        link.Ticket = batch.Ticket;
        if (!Timers.IsTimerActive(link))
            Timers.StartSingleTimer(link, new GiveUp(link), Patience);
    }

    private void OnAnswered()
    {
        if (!_links.TryGetValue(Sender.Path.Address, out var link))
            return;
        link.Open = Math.Max(0, link.Open - 1);
        SendWaiting(link);
    }

    private void SendWaiting(Link link)
    {
        if (link.Waiting.Count == 0)
            return;
        Timers.Cancel(link);
        Send(link, batchOf(link.Waiting.Take(link.Ticket)));
    }

    private void Send(Link link, Batch batch)
    {
        link.Open++;
        link.Node.Tell(batch, Self);
    }

    /// <summary>Something for another node; from the datagram loops of this one.</summary>
    /// <param name="Node">Who takes it there.</param>
    /// <param name="Batch">What it is.</param>
    public sealed record ToNode(IActorRef Node, Batch Batch) : INoSerializationVerificationNeeded;

    private sealed record GiveUp(Link Link) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>What is between this node and another one.</summary>
    private sealed class Link(IActorRef node)
    {
        public IActorRef Node => node;

        public BatchWriter Waiting { get; } = new();

        public long Ticket { get; set; }

        public int Open { get; set; }
    }
}
