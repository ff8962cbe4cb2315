using Akka.Actor;
using BenchmarkDotNet.Attributes;
using Leasequery.Actors.Ingress;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Stores;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leasequery.Benchmarks;

/// <summary>
/// The third rung: the table with a million records, and all that the service does with a query that the table settles, from the
/// bytes of the question to the bytes of the answer. Addresses come in an order without pattern, so most records are not in the
/// processor's cache. No socket.
/// </summary>
[MemoryDiagnoser]
public unsafe class TableRung : IRung, IDisposable
{
    private const int Records = 1_000_000;
    private const uint Step = 611_953; // a prime: no common factor with the number of records, so it comes by all of them
    private const uint Now = 1_700_000_000;

    private static readonly Ipv4Address First = Ipv4Address.Parse("10.0.0.0");
    private static readonly Ipv4Address Beyond = Ipv4Address.Parse("10.128.0.0");
    private static readonly Ipv4Endpoint Requestor = new(Ipv4Address.Parse("10.9.9.9"), 67);
    private static readonly Ipv4Endpoint Server = new(Ipv4Address.Parse("10.9.9.1"), 67);

    private readonly LocationTable _table;
    private readonly DatagramHandler _handler;
    private readonly Binding _binding;
    private readonly byte[] _scratch = GC.AllocateUninitializedArray<byte>(LocationTable.ScratchSize, pinned: true);
    private readonly byte[] _query = new byte[LeasequeryReply.MaxSize];
    private readonly byte[] _reply = new byte[LeasequeryReply.MaxSize];
    private readonly LeasequeryRequest _request = new(First, Requestor.Address, 1, 0, DhcpMessageType.LeaseQuery, true,
        OptionSet.Of(DhcpOption.LeaseTime, DhcpOption.RenewalTime, DhcpOption.RebindingTime, DhcpOption.RelayAgentInformation),
        WantsSourcePort: false);

    private uint _next;

    /// <summary>Fills the table.</summary>
    public TableRung()
    {
        var settings = LeasequerySettings.From(Akka.Configuration.ConfigurationFactory.ParseString("""
            leasequery.networks = ["10.0.0.0/8"]
            leasequery.requestors = [{ prefix = "10.9.0.0/16" }]
            """));
        _table = new LocationTable(new ShardMap(settings.Shards));
        for (var shard = 0; shard < settings.Shards; shard++)
            _table.Begin(shard);
        _binding = Bind(First);
        for (var i = 0u; i < Records; i++)
            _table.Publish(_binding with { Address = new Ipv4Address(First.Value + i) }, 1);
        for (var shard = 0; shard < settings.Shards; shard++)
            _table.Complete(shard);

        var gate = new AdmissionGate(1, TimeSpan.FromSeconds(1), TimeProvider.System);
        var health = new StoreHealth(TimeProvider.System, TimeSpan.FromSeconds(1), NullLogger<StoreHealth>.Instance);
        var context = new IngressContext(settings, _table, health, gate, gate, Touch.Always(TimeProvider.System));
        _handler = new DatagramHandler(context, ActorRefs.Nobody, ActorRefs.Nobody, ActorRefs.Nobody, Forwarders.None,
            new DatagramCounters());
        if (FindHit() != LookUp.Found || FindMiss() != LookUp.Absent || AnswerQuery() == 0)
            throw new InvalidOperationException("the operations would measure something else than their names say");
    }

    /// <inheritdoc/>
    public IEnumerable<Operation> Operations =>
    [
        new(nameof(FindHit), () => FindHit(), 0),
        new(nameof(FindMiss), () => FindMiss(), 0),
        new(nameof(Publish), () => Publish(), 0),
        new(nameof(AnswerQuery), () => AnswerQuery(), 0),
    ];

    /// <summary>Looks up an address that has a record.</summary>
    [Benchmark]
    public LookUp FindHit() => Find(NextAddress());

    /// <summary>Looks up an address that nobody was ever seen on.</summary>
    [Benchmark]
    public LookUp FindMiss() => Find(new Ipv4Address(NextAddress().Value - First.Value + Beyond.Value));

    /// <summary>Writes a newer event of an address that has a record; always the same binding, so nothing is allocated.</summary>
    [Benchmark]
    public void Publish() => _table.Publish(_binding, 2);

    /// <summary>The settled path: parse, check the requestor, look up, write the reply, count.</summary>
    [Benchmark]
    public int AnswerQuery()
    {
        var length = (_request with { Address = NextAddress() }).Write(_query);
        return _handler.Handle(_query.AsSpan(0, length), Requestor, Server, Now, _reply, out _);
    }

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _table.Dispose();
        GC.SuppressFinalize(this);
    }

    private LookUp Find(Ipv4Address address)
    {
        fixed (byte* scratch = _scratch)
            return _table.Find(address, scratch, Now, out _);
    }

    private Ipv4Address NextAddress()
    {
        _next = (_next + Step) % Records;
        return new Ipv4Address(First.Value + _next);
    }

    private static Binding Bind(Ipv4Address address)
    {
        Span<byte> ack = stackalloc byte[ExampleAck.MaxSize];
        DhcpPacket.TryParse(ack[..ExampleAck.Write(ack, address, transaction: 1)], out var packet, out _);
        var observation = Gleaning.Observe(packet, OptionSet.Of(DhcpOption.SubnetMask, DhcpOption.Router), out _)!;
        return BindingRules.Apply(null, BindingRules.Decide(null, observation, Now - 60)!);
    }
}
