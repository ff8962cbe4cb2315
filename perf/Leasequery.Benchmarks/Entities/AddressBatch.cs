using Akka.Actor;
using Leasequery.Actors.Addresses;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Benchmarks.Entities;

/// <summary>
/// Sends a message to each of some address actors and waits until all have answered. One at a time would measure how fast threads
/// wake each other.
/// </summary>
internal sealed class AddressBatch : IDisposable
{
    /// <summary>Messages in a batch, each to another actor.</summary>
    public const int Size = 64;

    private static readonly Ipv4Address First = Ipv4Address.Parse("10.1.2.0");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly IActorRef _target;
    private readonly IActorRef _collector;
    private readonly CountdownEvent _answers = new(Size);
    private readonly AddressProtocol.Locate[] _questions = new AddressProtocol.Locate[Size];
    private readonly LeaseGranted[] _grants = new LeaseGranted[Size];
    private uint _transaction;

    /// <summary>Prepares the messages, and binds the addresses so that questions are settled.</summary>
    public AddressBatch(ActorSystem system, IActorRef target)
    {
        _target = target;
        _collector = system.ActorOf(Props.Create(() => new Collector(_answers)));
        for (var i = 0; i < Size; i++)
        {
            var address = new Ipv4Address(First.Value + (uint)i);
            _grants[i] = Observe(address);
            _questions[i] = new AddressProtocol.Locate(
                new LeasequeryRequest(address, First, 1, 0, DhcpMessageType.LeaseQuery, false, default, false),
                LeasequeryDialect.Rfc4388, new Ipv4Endpoint(First, Ipv4Endpoint.ServerPort),
                new Ipv4Endpoint(First, Ipv4Endpoint.ServerPort), 0);
        }

        Renew();
    }

    /// <summary>Asks each actor where its address lives.</summary>
    public int Locate()
    {
        foreach (var question in _questions)
            _target.Tell(question, _collector);
        return Await();
    }

    /// <summary>Renews each lease: an event that is decided, stored, applied and published.</summary>
    public int Renew()
    {
        _transaction++; // another one each time, or it would be a copy
        foreach (var grant in _grants)
            _target.Tell(new AddressProtocol.Glean(grant with { TransactionId = _transaction }, 0), _collector);
        return Await();
    }

    public void Dispose() => _answers.Dispose();

    private int Await()
    {
        if (!_answers.Wait(Patience))
            throw new TimeoutException($"{_answers.CurrentCount} of {Size} actors did not answer");
        _answers.Reset();
        return Size;
    }

    private static LeaseGranted Observe(Ipv4Address address)
    {
        Span<byte> ack = stackalloc byte[ExampleAck.MaxSize];
        DhcpPacket.TryParse(ack[..ExampleAck.Write(ack, address, transaction: 0)], out var packet, out _);
        return (LeaseGranted)Gleaning.Observe(packet, OptionSet.Of(DhcpOption.SubnetMask, DhcpOption.Router), out _)!;
    }

    private sealed class Collector(CountdownEvent answers) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is AddressProtocol.Located { Binding: not null }
                or AddressProtocol.Gleaned { Result: GleanResult.Stored })
                answers.Signal();
            else
                Unhandled(message); // the batch fails by its time limit
        }
    }
}
