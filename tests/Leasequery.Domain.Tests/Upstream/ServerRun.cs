using Leasequery.Domain.Upstream;
using Leasequery.Wire;

namespace Leasequery.Domain.Tests.Upstream;

/// <summary>A <see cref="ServerState"/> and a server that answers it or does not, in virtual time that only this moves.</summary>
internal sealed class ServerRun : IServerOutput
{
    private readonly PriorityQueue<(uint Xid, Ipv4Address Address), TimeSpan> _onTheWay = new();
    private readonly Func<Packet, TimeSpan?> _answers;
    private uint _lastXid = 0x1000;

    /// <summary>A run that begins now, at 0.</summary>
    /// <param name="answers">After what time a packet is answered; null when it never is.</param>
    /// <param name="policy">The limits.</param>
    /// <param name="random">For the spread of the waits; without it they are exact.</param>
    public ServerRun(Func<Packet, TimeSpan?> answers, ServerPolicy? policy = null, Func<double>? random = null)
    {
        _answers = answers;
        State = new ServerState(policy ?? ServerPolicy.Default, this, random ?? (() => 0.5), () => ++_lastXid);
    }

    /// <summary>A packet to the server, with the phase that it was sent in.</summary>
    public sealed record Packet(TimeSpan At, uint Xid, Ipv4Address Address, int Tries, ServerPhase Phase);

    public ServerState State { get; }

    public TimeSpan Now { get; private set; }

    public List<Packet> Sent { get; } = [];

    public List<(TimeSpan At, Ipv4Address Address)> Silences { get; } = [];

    public List<(TimeSpan At, Ipv4Address Address)> Replies { get; } = [];

    /// <summary>Called with every packet, every silence and every reply that was taken.</summary>
    public event Action<Packet>? OnSend;

    public event Action<Ipv4Address>? OnSilence;

    public event Action<Ipv4Address>? OnTaken;

    /// <summary>"0 a1, 11 b1": when what was sent, and which packet of its query it was.</summary>
    public string SentText =>
        string.Join(", ", Sent.Select(packet => $"{packet.At.TotalSeconds} {NameOf(packet.Address)}{packet.Tries}"));

    /// <summary>"4 a": when who was told that the server is silent.</summary>
    public string SilencesText =>
        string.Join(", ", Silences.Select(told => $"{told.At.TotalSeconds} {NameOf(told.Address)}"));

    public static Func<Packet, TimeSpan?> Never => _ => null;

    public static Func<Packet, TimeSpan?> After(double milliseconds) => _ => TimeSpan.FromMilliseconds(milliseconds);

    /// <summary>An address by a letter.</summary>
    public static Ipv4Address Named(char name) => new(0x0A000000u + name);

    private static string NameOf(Ipv4Address address) => ((char)(address.Value & 0xFF)).ToString();

    public bool Ask(Ipv4Address address) => State.Ask(address, Now);

    /// <summary>Lets time pass until then, doing what falls due on the way in its order.</summary>
    public void RunTo(TimeSpan end)
    {
        while (true)
        {
            var due = State.NextDue;
            var isReply = _onTheWay.TryPeek(out var reply, out var at) && at <= end && !(due < at);
            if (!isReply && !(due <= end))
                break;
            if (isReply)
            {
                _onTheWay.Dequeue();
                Now = at > Now ? at : Now;
                Take(reply.Xid, reply.Address);
                continue;
            }

            Now = due!.Value > Now ? due.Value : Now;
            State.OnTime(Now);
            Assert.False(State.NextDue <= Now, "OnTime does everything that is due");
        }

        Now = end;
    }

    public void RunTo(double seconds) => RunTo(TimeSpan.FromSeconds(seconds));

    /// <summary>A reply comes in, the server's or a forged one.</summary>
    public bool Take(uint xid, Ipv4Address address)
    {
        var isTaken = State.OnReply(xid, address, Now);
        if (isTaken)
        {
            Replies.Add((Now, address));
            OnTaken?.Invoke(address);
        }

        return isTaken;
    }

    void IServerOutput.Send(uint transactionId, Ipv4Address address, int tries)
    {
        var packet = new Packet(Now, transactionId, address, tries, State.Phase);
        Sent.Add(packet);
        OnSend?.Invoke(packet);
        if (_answers(packet) is { } delay)
            _onTheWay.Enqueue((transactionId, address), Now + delay);
    }

    void IServerOutput.TellSilent(Ipv4Address address)
    {
        Silences.Add((Now, address));
        OnSilence?.Invoke(address);
    }
}
