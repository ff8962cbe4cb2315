using Akka.Actor;
using Akka.Hosting;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Stores;
using Leasequery.Host.Persistence;
using Leasequery.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leasequery.Host.Tests.Persistence;

/// <summary>The journal of a node, with a real store beneath it and the table of one shard beside it.</summary>
internal sealed class JournalNode : IAsyncDisposable
{
    private readonly IHost _host;

    /// <summary>Takes a store over.</summary>
    public JournalNode(IJournalStore store)
    {
        Store = store;
        Metrics = new LeasequeryMetrics(Table, Health, NullLogger<LeasequeryMetrics>.Instance);
        Writer = new JournalWriter(store, new JournalLimits(100, 20_000), Health, Metrics,
            Touch.Always(TimeProvider.System), TimeProvider.System);
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddAkka("journal", akka => akka
            .AddHocon("""
                akka.loglevel = OFF
                akka.stdout-loglevel = OFF
                akka.actor.serializers.leasequery = "Leasequery.Actors.Serialization.LeasequerySerializer, Leasequery.Actors"
                akka.actor.serialization-bindings { "Leasequery.Domain.Bindings.BindingEvent, Leasequery.Domain" = leasequery }
                """, HoconAddMode.Prepend)
            .WithJournalOf(store, Writer, Table));
        _host = builder.Build();
    }

    public IJournalStore Store { get; }

    public JournalWriter Writer { get; }

    public LocationTable Table { get; } = new(new ShardMap(1));

    public StoreHealth Health { get; } = new(TimeProvider.System, TimeSpan.FromSeconds(1), NullLogger<StoreHealth>.Instance);

    public LeasequeryMetrics Metrics { get; }

    public ActorSystem System => _host.Services.GetRequiredService<ActorSystem>();

    public Task StartAsync() => _host.StartAsync();

    /// <summary>Starts the actor of an address.</summary>
    public IActorRef Start(Ipv4Address address)
    {
        var id = PersistenceIds.Of(address);
        return System.ActorOf(Props.Create(() => new Keeper(id)));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        Writer.Dispose();
        Metrics.Dispose();
        Store.Dispose();
    }
}
