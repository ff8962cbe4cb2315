using Akka.Actor;
using Akka.Configuration;
using BenchmarkDotNet.Attributes;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Stores;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leasequery.Benchmarks.Entities;

/// <summary>
/// The fourth rung: address actors under a parent that has one child an address, with a journal that takes everything at once.
/// Mailboxes, Decide, Persist, Apply and publishing; no cluster, no database. Times are for one message, bytes for a batch of 64.
/// </summary>
[MemoryDiagnoser]
public class EntityRung : IRung, IDisposable
{
    private readonly LocationTable _table;
    private readonly LeasequeryMetrics _metrics;
    private readonly ActorSystem _system;
    private readonly AddressBatch _batch;

    /// <summary>Starts the actors.</summary>
    public EntityRung()
    {
        var settings = LeasequerySettings.From(ConfigurationFactory.ParseString("""
            leasequery.networks = ["10.0.0.0/8"]
            leasequery.requestors = [{ prefix = "10.9.0.0/16" }]
            """));
        _table = new LocationTable(new ShardMap(settings.Shards));
        for (var shard = 0; shard < settings.Shards; shard++)
        {
            _table.Begin(shard);
            _table.Complete(shard);
        }

        var health = new StoreHealth(TimeProvider.System, TimeSpan.FromSeconds(1), NullLogger<StoreHealth>.Instance);
        _metrics = new LeasequeryMetrics(_table, health, NullLogger<LeasequeryMetrics>.Instance);
        var context = new AddressContext(_table, _metrics, TimeProvider.System, settings.Upstream, ActorRefs.Nobody,
            TimeSpan.FromHours(1), int.MaxValue);
        _system = ActorSystem.Create("entities",
            ConfigurationFactory.ParseString($"akka.loglevel = WARNING\n{ForgettingJournal.Hocon}"));
        _batch = new AddressBatch(_system, _system.ActorOf(Props.Create(() => new Parent(context))));
    }

    /// <inheritdoc/>
    public IEnumerable<Operation> Operations =>
    [
        new(nameof(Locate), () => Locate(), 64 * 160),
        new(nameof(Renew), () => Renew(), 64 * 2050),
    ];

    /// <summary>A question that the binding settles.</summary>
    [Benchmark(OperationsPerInvoke = AddressBatch.Size)]
    public int Locate() => _batch.Locate();

    /// <summary>A renewal, stored and published.</summary>
    [Benchmark(OperationsPerInvoke = AddressBatch.Size)]
    public int Renew() => _batch.Renew();

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _system.Terminate().Wait(TimeSpan.FromSeconds(30));
        _batch.Dispose();
        _metrics.Dispose();
        _table.Dispose();
        GC.SuppressFinalize(this);
    }

    private sealed class Parent(AddressContext context) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            var addressed = (IAddressMessage)message;
            var name = AddressRouting.EntityId(addressed.Address);
            var child = Context.Child(name);
            (child.IsNobody() ? Context.ActorOf(AddressActor.Props(addressed.Address, context), name) : child).Forward(message);
        }
    }
}
