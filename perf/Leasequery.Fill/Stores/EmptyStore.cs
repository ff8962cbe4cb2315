using Akka.Actor;
using Akka.Configuration;
using Leasequery.Actors;
using Leasequery.Host;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Leasequery.Fill.Stores;

/// <summary>There are events in the store already; filling it would tell two stories of one address.</summary>
/// <param name="place">Where it is.</param>
internal sealed class StoreNotEmptyException(string place)
    : Exception($"the store in {place} has events already: name one without any");

/// <summary>
/// A store with the tables and the serializer of the service, and no events. The service itself makes them and runs beside, with
/// a network that nobody asks about: so its lock keeps others out, and whatever the service changes about its tables is right
/// here.
/// </summary>
internal sealed class EmptyStore : IAsyncDisposable
{
    private readonly IHost _host;

    private EmptyStore(IHost host, IFillTarget target)
    {
        _host = host;
        Target = target;
    }

    /// <summary>The database.</summary>
    public IFillTarget Target { get; }

    /// <summary>Turns events into the bytes that the store keeps.</summary>
    public Akka.Serialization.Serialization Serialization => _host.Services.GetRequiredService<ActorSystem>().Serialization;

    /// <summary>Opens the store, and creates what is not there.</summary>
    /// <exception cref="StoreNotEmptyException">There are events in it.</exception>
    /// <exception cref="Leasequery.Actors.Settings.SettingsException">The database cannot be used.</exception>
    public static async Task<EmptyStore> OpenAsync(IFillTarget target, CancellationToken cancellation)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddConsole().SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddLeasequery(ConfigurationFactory.ParseString($$"""
            leasequery {
              networks = ["192.0.2.0/32"]
              requestors = [{ prefix = "127.0.0.0/8" }]
              ingress.listen = ["127.0.0.1:0"]
              monitoring.listen = "off"
            }
            """).WithFallback(target.Settings));
        var store = new EmptyStore(builder.Build(), target);
        try
        {
            await store._host.StartAsync(cancellation);
            await store._host.Services.GetRequiredService<Readiness>().WaitAsync(cancellation);
            if (target.HasEvents())
                throw new StoreNotEmptyException(target.Place);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }
}
