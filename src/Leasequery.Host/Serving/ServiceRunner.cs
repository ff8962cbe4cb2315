using System.Diagnostics;
using Akka.Actor;
using Leasequery.Actors;
using Leasequery.Actors.Ingress;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Settings;
using Leasequery.Host.Commands;
using Leasequery.Host.Monitoring;
using Leasequery.Wire;
using Microsoft.Extensions.Logging.Console;

namespace Leasequery.Host.Serving;

/// <summary>
/// The service as a process of its own: a generic host that ends when told to, and a line that says what it does.
/// </summary>
internal static class ServiceRunner
{
    /// <summary>Runs until the process is told to end, or the token is.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="output">Gets the line that says that the service is ready.</param>
    /// <param name="ready">Called once it is, with the endpoints that it listens on.</param>
    /// <param name="cancellation">Ends the service.</param>
    /// <exception cref="SettingsException">A setting turned out not to work on this machine.</exception>
    public static async Task RunAsync(LeasequerySettings settings, TextWriter output, Action<IReadOnlyList<Ipv4Endpoint>> ready,
        CancellationToken cancellation)
    {
        var start = Stopwatch.StartNew();
        if (settings.Cluster.HasIngress)
            settings.Ingress.CheckMachine();
        ClusterEndpoint.Check(settings.Cluster);
        // No defaults: they would read appsettings.json and environment variables that nobody expects to count here.
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        AddLogging(builder.Logging);
        builder.Services.AddSingleton<IHostLifetime, ToldByToken>();
        builder.Services.AddServiceManager();
        builder.Services.Configure<HostOptions>(options =>
            options.ShutdownTimeout = settings.ShutdownGrace + settings.ShutdownTimeout + TimeSpan.FromSeconds(30));
        builder.Services.AddLeasequery(settings);
        using var host = builder.Build();
        try
        {
            // The token ends the wait that follows; what has started then stops in order.
            await host.StartAsync(CancellationToken.None);
            var endpoints = await host.Services.GetRequiredService<Readiness>().WaitAsync(Stopping(host, cancellation));
            await output.WriteLineAsync(Describe(settings, endpoints, host.Services, start.Elapsed));
            ready(endpoints);
            await host.WaitForShutdownAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            // told to end before it was ready: the same way out
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }

        if (CoordinatedShutdown.Get(host.Services.GetRequiredService<ActorSystem>()).ShutdownReason
            is CoordinatedShutdown.ClusterDowningReason or CoordinatedShutdown.ClusterJoinUnsuccessfulReason)
            throw new CommandFailedException(ExitCodes.StartAgain,
                "the cluster went on without this node, which was not heard of for too long; start it again and it joins anew");
    }

    private static CancellationToken Stopping(IHost host, CancellationToken cancellation) =>
        CancellationTokenSource.CreateLinkedTokenSource(
            host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping, cancellation).Token;

    private static string Describe(LeasequerySettings settings, IReadOnlyList<Ipv4Endpoint> endpoints, IServiceProvider services,
        TimeSpan start)
    {
        var records = services.GetRequiredService<LocationTable>().Records;
        var networks = settings.Networks.Prefixes;
        var managed = networks.Count <= 3 ? string.Join(", ", networks) : $"{networks.Count} networks";
        var monitoring = services.GetRequiredService<MonitoringEndpoint>().Endpoint is { } endpoint
            ? $", health and metrics on http://{endpoint}"
            : "";
        return $"leasequery is ready after {start.TotalSeconds:0.0} s: {Listens(endpoints)}, manages {managed}, "
            + $"knows {records} locations from {settings.Store.Place}{monitoring}";
    }

    private static string Listens(IReadOnlyList<Ipv4Endpoint> endpoints) =>
        endpoints.Count > 0 ? $"listens on {string.Join(", ", endpoints)}" : "has no sockets";

    private static void AddLogging(ILoggingBuilder logging)
    {
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // When a part cannot start the host logs the whole stack, and throws the same: the line of the command says it.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        // The ready line has stdout to itself.
        logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
            console.ColorBehavior = LoggerColorBehavior.Default;
        });
    }
}
