using Akka.Actor;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Delivery;
using Leasequery.Actors.Forwarding;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;

namespace Leasequery.Benchmarks.Remote;

/// <summary>
/// Keeps gleaned messages on their way to another node: in batches to its delivery actor, or one by one through sharding. All are
/// copies of the ACKs of so many addresses, so that their actors have to look at each and to store next to none. As many actors
/// stay as leasequery.addresses.max-resident says; with more addresses most messages start one.
/// </summary>
internal sealed class Gleaner(IActorRef target, uint addresses) : UntypedActor
{
    private readonly BatchWriter _batch = new();
    private readonly LeaseGranted _ack = ExampleAck.Observe(MillionBindings.First);
    private Flow.Run _run = new(0, 0, TimeSpan.Zero, new TaskCompletionSource<long>());
    private long _end;
    private long _results;
    private long _open;
    private uint _next;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Flow.Run run:
                (_run, _results, _open, _end) = (run, 0, 0, Environment.TickCount64 + (long)run.Duration.TotalMilliseconds);
                while (_open < run.InFlight)
                    Glean();
                break;
            case DeliveryProtocol.Results results:
                GoOn(results.Count);
                break;
            case AddressProtocol.Gleaned:
                GoOn(1);
                break;
            case DeliveryProtocol.Taken:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void GoOn(int done)
    {
        _results += done;
        _open -= done;
        if (Environment.TickCount64 < _end)
            while (_open < _run.InFlight)
                Glean();
        else if (_open <= 0)
            _run.Done.TrySetResult(_results);
    }

    private void Glean()
    {
        if (_run.BatchSize == 0)
        {
            _open++;
            target.Tell(new AddressProtocol.Glean(Next(), 0));
            return;
        }

        for (var i = 0; i < _run.BatchSize; i++)
            _batch.Add(ObservationCodec.Write(_batch.Next, Next()));
        _open += _run.BatchSize;
        target.Tell(new DeliveryProtocol.Observations(_batch.Take(0)));
    }

    private LeaseGranted Next() => _ack with { Address = new Ipv4Address(MillionBindings.First.Value + _next++ % addresses) };
}
