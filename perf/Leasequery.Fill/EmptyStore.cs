using Akka.Actor;
using Akka.Configuration;
using Leasequery.Actors;
using Leasequery.Host;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Leasequery.Fill;

/// <summary>There are events in the store already; filling it would tell two stories of one address.</summary>
/// <param name="directory">The data directory.</param>
internal sealed class StoreNotEmptyException(string directory)
    : Exception($"the store in {directory} has events already: name a directory without one");

/// <summary>
/// A store with the tables and the serializer of the service, and no events. The service itself makes them and runs beside, with
/// a network that nobody asks about: so its lock keeps others out, and whatever the service changes about its tables is right
/// here.
/// </summary>
internal sealed class EmptyStore : IAsyncDisposable
{
    private const string FileName = "leasequery.db"; // in the data directory

    private readonly IHost _host;
    private readonly string _connectionString;

    private EmptyStore(IHost host, string directory)
    {
        _host = host;
        _connectionString = new SqliteConnectionStringBuilder { DataSource = Path.Combine(directory, FileName) }.ToString();
    }

    /// <summary>Turns events into the bytes that the store keeps.</summary>
    public Akka.Serialization.Serialization Serialization => _host.Services.GetRequiredService<ActorSystem>().Serialization;

    /// <summary>Opens the store, and creates what is not there.</summary>
    /// <exception cref="StoreNotEmptyException">There are events in it.</exception>
    /// <exception cref="Leasequery.Actors.Settings.SettingsException">The directory cannot be used.</exception>
    public static async Task<EmptyStore> OpenAsync(string directory, CancellationToken cancellation)
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
            """).WithFallback(ConfigurationFactory.FromObject(new { leasequery = new { store = new { directory } } })));
        var store = new EmptyStore(builder.Build(), directory);
        try
        {
            await store._host.StartAsync(cancellation);
            await store._host.Services.GetRequiredService<Readiness>().WaitAsync(cancellation);
            if (store.HasEvents())
                throw new StoreNotEmptyException(directory);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>A connection for writing.</summary>
    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        return connection;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }

    private bool HasEvents()
    {
        using var connection = Connect();
        using var command = new SqliteCommand("SELECT EXISTS (SELECT 1 FROM journal)", connection);
        return (long)command.ExecuteScalar()! != 0;
    }
}
