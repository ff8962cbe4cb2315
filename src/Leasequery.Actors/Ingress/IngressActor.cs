using Akka;
using Akka.Actor;
using Akka.Event;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Delivery;
using Leasequery.Actors.Forwarding;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Settings;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;
using Microsoft.Extensions.Logging;

namespace Leasequery.Actors.Ingress;

/// <summary>
/// Owns the sockets and their loops: opens them when it starts, opens them anew when one breaks, and sends the answers that come
/// from address actors and from other nodes.
/// <code>
/// Serving --Stop--> Draining --nothing in flight, or time is up--> stopped
/// </code>
/// Draining takes no more datagrams, but still sends the answers to those it took.
/// </summary>
internal sealed class IngressActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan ReopenInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DrainCheck = TimeSpan.FromMilliseconds(20);

    private readonly IngressContext _context;
    private readonly IActorRef _addresses;
    private readonly IActorRef _servers;
    private readonly LeasequeryMetrics _metrics;
    private readonly IngressStatus _status;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly DatagramCounters _counters;
    private readonly List<DatagramSocket> _sockets = [];
    private readonly List<DatagramLoop> _loops = [];
    private readonly List<DatagramCounters> _loopCounters = [];
    private readonly Dictionary<Ipv4Endpoint, SendBatch> _answers = [];
    private readonly AnswerSender _answerSender;
    private Forwarders _forwarders = Forwarders.None;
    private IActorRef _stopper = ActorRefs.Nobody;
    private long _answerUntil;
    private long _drainUntil;

    public IngressActor(IngressContext context, IActorRef addresses, IActorRef servers, LeasequeryMetrics metrics,
        IngressStatus status, TimeProvider clock, ILogger log)
    {
        _context = context;
        _addresses = addresses;
        _servers = servers;
        _metrics = metrics;
        _status = status;
        _clock = clock;
        _log = log;
        _counters = metrics.AddThread();
        _answerSender = new AnswerSender(context.Questions, context.Touch, _counters, BatchFor);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IngressContext context, IActorRef addresses, IActorRef servers, LeasequeryMetrics metrics,
        IngressStatus status, TimeProvider clock, ILogger log) =>
        Akka.Actor.Props.Create(() => new IngressActor(context, addresses, servers, metrics, status, clock, log));

    protected override void PreStart()
    {
        _forwarders = new Forwarders(
            Context.ActorOf(ForwardActor.Props(bytes => new LookUpProtocol.Questions(bytes)), "forward"),
            Context.ActorOf(ForwardActor.Props(bytes => new DeliveryProtocol.Observations(bytes)), "deliver"));
        OpenAll();
    }

    protected override void PostStop() => CloseAll();

    protected override void OnReceive(object message) // serving
    {
        switch (message)
        {
            case IngressProtocol.Stop:
                Drain();
                break;
            case LoopBroke broke when _loops.Contains(broke.Loop):
                _log.LogError(broke.Cause, "A socket broke, all are opened anew");
                CloseAll();
                OpenAll();
                break;
            case LoopBroke:
            case LoopEnded:
                break; // of a loop that is closed already
            case Reopen:
                OpenAll();
                break;
            default:
                OnResult(message);
                break;
        }
    }

    private void Draining(object message)
    {
        switch (message)
        {
            case CheckDrained:
                OnCheckDrained();
                break;
            case LoopBroke:
            case LoopEnded:
            case Reopen:
                break; // nothing is opened any more
            default:
                OnResult(message);
                break;
        }
    }

    private void OnResult(object message)
    {
        switch (message)
        {
            case AddressProtocol.Located located:
                Answer(located);
                break;
            case LookUpProtocol.Answers answers:
                _answerSender.Send(answers, _clock.NowInUnixSeconds());
                break;
            case LookUpProtocol.Moved moved:
                _context.Owners.Forget(moved.Shard, Sender.Path.Address);
                break;
            case IngressProtocol.Send send:
                Send(send);
                break;
            case AddressProtocol.Gleaned gleaned:
                OnGleaned(gleaned.Address, gleaned.SeenAt, gleaned.Result);
                break;
            case DeliveryProtocol.Results results:
                OnResults(results);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Drain()
    {
        _stopper = Sender;
        _status.Closed();
        foreach (var loop in _loops)
            loop.Stop();
        _drainUntil = _clock.GetTimestamp()
            + (long)(_context.Settings.ShutdownTimeout.TotalSeconds / 2 * _clock.TimestampFrequency);
        _answerUntil = _clock.GetTimestamp() + (long)(AnswerPatience.TotalSeconds * _clock.TimestampFrequency);
        Timers.StartPeriodicTimer(CheckDrained.Instance, CheckDrained.Instance, DrainCheck);
        Become(Draining);
    }

    // What cannot be opened now (the port is taken, the address not there yet) is tried again. Whoever waits for the start is
    // told, and may rather give up: so the first failure is theirs to report, and the log has those that follow.
    private void OpenAll()
    {
        var settings = _context.Settings.Ingress;
        try
        {
            // All of them before the first loop starts: a node that has one endpoint of two serves none.
            foreach (var endpoint in settings.Listen)
                _sockets.AddRange(DatagramSocket.Open(endpoint, settings.Loops, settings));
            foreach (var sockets in _sockets.Chunk(settings.Loops))
                Serve(sockets, settings);
            _status.Opened([.. _sockets.Select(socket => socket.Endpoint).Distinct()]);
        }
        catch (SettingsException cause)
        {
            CloseAll();
            if (!_status.Failed(cause))
                _log.LogWarning("{Problem}; trying again in {Interval}", cause.Message, ReopenInterval);
            Timers.StartSingleTimer(Reopen.Instance, Reopen.Instance, ReopenInterval);
        }
    }

    // Waits for the loops, a tenth of a second at most: their memory may not go while they use it.
    private void CloseAll()
    {
        _status.Closed();
        foreach (var loop in _loops)
            loop.Stop();
        Task.WaitAll(_loops.Select(loop => loop.Ended.ContinueWith(_ => { }, TaskScheduler.Default)).ToArray());
        foreach (var owned in _loops.Concat<IDisposable>(_answers.Values).Concat(_sockets))
            owned.Dispose();
        _loops.Clear();
        _answers.Clear();
        _sockets.Clear();
    }

    // The sockets of one endpoint, a loop each.
    private void Serve(DatagramSocket[] sockets, IngressSettings settings)
    {
        if (sockets[0].ReceiveBuffer < settings.ReceiveBuffer)
            _log.LogWarning(
                "leasequery.ingress.receive-buffer: the kernel gives {Given} of {Wanted} bytes; raise net.core.rmem_max",
                sockets[0].ReceiveBuffer, settings.ReceiveBuffer);
        _log.LogInformation("{Endpoint}: datagrams are {Ways}", sockets[0].Endpoint, sockets[0]);
        var answersAtOnce = sockets[0].Calls.IsBatched ? AnswerSender.BatchSize : 1;
        _answers[sockets[0].Endpoint] = new SendBatch(sockets[0], answersAtOnce, _counters);
        foreach (var socket in sockets)
        {
            var counters = CountersOf(_loops.Count);
            var handler = new DatagramHandler(_context, _addresses, _servers, Self, _forwarders, counters);
            int? cpu = settings.Cpus.Count > 0 ? settings.Cpus[_loops.Count % settings.Cpus.Count] : null;
            var loop = new DatagramLoop(socket, settings.BatchSize, handler, counters, _clock, _log, cpu, settings.Nice);
            _loops.Add(loop);
            loop.Start();
            loop.Ended.PipeTo(Self, success: () => LoopEnded.Instance, failure: cause => new LoopBroke(loop, cause));
        }
    }

    // A loop goes on with the counters of the one in its place before it, so that what is opened anew adds none.
    private DatagramCounters CountersOf(int loop)
    {
        if (loop == _loopCounters.Count)
            _loopCounters.Add(_metrics.AddThread());
        return _loopCounters[loop];
    }

    private void Answer(AddressProtocol.Located located)
    {
        var question = located.Question;
        _context.Questions.Leave(question.AskedAt);
        if (!_context.Touch.Holds)
        {
            _counters.Dropped(IngressDrop.OutOfTouch); // asked before the process stood still
            return;
        }

        if (located.Finding == Finding.Silence)
        {
            _counters.Dropped(IngressDrop.ServersSilent);
            return;
        }

        var now = _clock.NowInUnixSeconds();
        var answer = located.Finding switch
        {
            Finding.NotManaged => Answering.NotManaged,
            Finding.LastKnown => Answering.LastKnown(located.Binding!),
            _ => Answering.Answer(located.Binding, now),
        };
        if (BatchFor(question.Asked) is not { } batch)
        {
            _counters.Dropped(IngressDrop.SendFailed); // the socket that it came by is closed
            return;
        }

        var length = LeasequeryReply.Write(batch.Next, question.Request, question.Dialect, answer, now, question.Asked.Address);
        batch.Add(length, question.ReplyTo, question.Asked);
        if (batch.Flush() == 0)
            _counters.Answered(question.Dialect, answer.Outcome);
        else
            _counters.Dropped(IngressDrop.SendFailed);
    }

    private void OnResults(DeliveryProtocol.Results results)
    {
        var rest = results.Entries;
        for (var left = results.Count; left > 0; left--)
        {
            var (address, result) = DeliveryProtocol.Results.Take(ref rest);
            OnGleaned(address, results.Ticket, result);
        }
    }

    private void OnGleaned(Ipv4Address address, long ticket, GleanResult result)
    {
        _context.Gleaning.Leave(ticket);
        _context.Ways.Leave(address, ticket);
        _counters.Gleaned(result);
    }

    // From the address that the query has as giaddr where the sockets leave a choice: servers may look at both.
    private void Send(IngressProtocol.Send send)
    {
        var relay = _context.Settings.Upstream.RelayAddress;
        var (own, batch) = _answers.FirstOrDefault(entry => entry.Key.Address.IsUnspecified || entry.Key.Address == relay);
        if (batch is null || send.Datagram.Length > batch.Next.Length)
        {
            _counters.Dropped(IngressDrop.SendFailed);
            return;
        }

        send.Datagram.Span.CopyTo(batch.Next);
        batch.Add(send.Datagram.Length, send.Destination, own with { Address = relay });
        if (batch.Flush() > 0)
            _counters.Dropped(IngressDrop.SendFailed);
    }

    private SendBatch? BatchFor(Ipv4Endpoint asked) =>
        _answers.GetValueOrDefault(asked) ?? _answers.GetValueOrDefault(asked with { Address = Ipv4Address.Unspecified });

    private void OnCheckDrained()
    {
        // A question may wait for a DHCP server whose reply is not taken in any more. Its requestor asks again, at another node
        // or later; only what was gleaned would be lost.
        var now = _clock.GetTimestamp();
        var areAnswered = _context.Questions.InFlight == 0 || now >= _answerUntil;
        var isDrained = _loops.All(loop => loop.Ended.IsCompleted) && areAnswered && _context.Gleaning.InFlight == 0;
        if (!isDrained && now < _drainUntil)
            return;
        _stopper.Tell(Done.Instance);
        Context.Stop(Self);
    }

    private sealed record LoopBroke(DatagramLoop Loop, Exception Cause)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed class LoopEnded : IDeadLetterSuppression
    {
        public static readonly LoopEnded Instance = new();
    }

    private sealed class Reopen : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        public static readonly Reopen Instance = new();
    }

    private sealed class CheckDrained : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        public static readonly CheckDrained Instance = new();
    }
}
