using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using BenchmarkDotNet.Attributes;
using Leasequery.Actors;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Stores;
using Leasequery.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Leasequery.Benchmarks.Entities;

/// <summary>
/// The fifth rung: the same messages through the shard region of a cluster of one node, as the service starts it. What it costs
/// more than the rung below is sharding. Times are for one message, bytes for a batch of 64.
/// </summary>
[MemoryDiagnoser]
public class RegionRung : IRung, IDisposable
{
    private readonly IHost _host;
    private readonly AddressBatch _batch;

    /// <summary>Starts the node, and waits until its shards are open.</summary>
    public RegionRung()
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IBindingArchive, EmptyArchive>();
        builder.Services.AddLeasequeryActors(
            LeasequerySettings.From(ConfigurationFactory.ParseString("""
                leasequery {
                  networks = ["10.0.0.0/8"]
                  requestors = [{ prefix = "127.0.0.0/8" }]
                  ingress.listen = ["127.0.0.1:0"]
                  addresses.passivate-after = 1 h
                }
                """)),
            (akka, _) => akka.AddHocon(ForgettingJournal.Hocon, HoconAddMode.Prepend));
        _host = builder.Build();
        _host.Start();
        _host.Services.GetRequiredService<Readiness>().WaitAsync().Wait();
        _batch = new AddressBatch(_host.Services.GetRequiredService<ActorSystem>(),
            _host.Services.GetRequiredService<IRequiredActor<AddressRegion>>().ActorRef);
    }

    /// <inheritdoc/>
    public IEnumerable<Operation> Operations =>
    [
        new(nameof(Locate), () => Locate(), 64 * 230),
        new(nameof(Renew), () => Renew(), 64 * 2100),
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
        _host.StopAsync().Wait(TimeSpan.FromSeconds(60));
        _host.Dispose();
        _batch.Dispose();
        GC.SuppressFinalize(this);
    }

    private sealed class EmptyArchive : IBindingArchive
    {
        public Task ReadNewestAsync(IReadOnlyList<(Ipv4Address First, Ipv4Address Last)> ranges, TakeStoredEvent take,
            CancellationToken stop) => Task.CompletedTask;
    }
}
