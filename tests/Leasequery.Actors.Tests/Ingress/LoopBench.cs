using Akka.Actor;
using Leasequery.Actors.Ingress;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Tests.Support;
using Leasequery.Wire;
using Microsoft.Extensions.Logging;

namespace Leasequery.Actors.Tests.Ingress;

/// <summary>
/// A datagram loop on a real socket of the loopback, turned by the test's hand: what was sent to it before is there when it is
/// turned.
/// </summary>
internal sealed class LoopBench : IDisposable
{
    private readonly DatagramSocket _socket;
    private readonly DatagramLoop _loop;

    public LoopBench(Node node, string hocon, Func<DatagramCalls, DatagramCalls>? calls = null, Touch? touch = null)
    {
        var settings = Node.Settings(hocon);
        _socket = DatagramSocket.Open(settings.Ingress.Listen[0], 1, settings.Ingress)[0];
        _socket.Calls = calls?.Invoke(_socket.Calls) ?? _socket.Calls;
        var gate = new AdmissionGate(1, TimeSpan.FromSeconds(1), node.Clock);
        var context = new IngressContext(settings, node.Table, node.Store, gate, gate,
            touch ?? Touch.Always(TimeProvider.System));
        var handler = new DatagramHandler(context, ActorRefs.Nobody, ActorRefs.Nobody, ActorRefs.Nobody, Forwarders.None,
            Counters);
        _loop = new DatagramLoop(_socket, settings.Ingress.BatchSize, handler, Counters, node.Clock, Log);
    }

    public DatagramCounters Counters { get; } = new();

    public LineLog Log { get; } = new();

    public bool Coalesces => _socket.Coalesces;

    public bool Segments => _socket.Segments;

    /// <summary>Where it is asked, at an address of the loopback.</summary>
    public Ipv4Endpoint At(string address = "127.0.0.1") => _socket.Endpoint with { Address = Ipv4Address.Parse(address) };

    /// <summary>Turns it until so many datagrams were handled.</summary>
    public void Handle(int datagrams)
    {
        var before = Handled;
        while (Handled < before + datagrams)
        {
            var last = Handled;
            _loop.RunOnce();
            Assert.True(Handled > last, $"{datagrams} datagrams are there, but only {last - before} came");
        }
    }

    /// <summary>Turns it until so many queries were handled, or a moment passed. Allocates nothing itself.</summary>
    public void HandleQueries(int queries)
    {
        var end = Counters.Count(DatagramKind.Query) + queries;
        for (var turns = 0; turns < queries && Counters.Count(DatagramKind.Query) < end; turns++)
            _loop.RunOnce();
    }

    /// <summary>Turns it until nothing is there.</summary>
    public void HandleAll()
    {
        for (var last = -1L; Handled != last;)
        {
            last = Handled;
            _loop.RunOnce();
        }
    }

    public long Handled => Enum.GetValues<DatagramKind>().Sum(Counters.Count);

    public void Dispose()
    {
        _loop.Dispose();
        _socket.Dispose();
    }

    /// <summary>Keeps the lines.</summary>
    public sealed class LineLog : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception));
    }
}
