using System.Diagnostics;
using Leasequery.Actors;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Settings;
using Leasequery.Host.Monitoring;
using Leasequery.Host.Persistence;
using Leasequery.Host.Wording;
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
        using var host = Build(settings);
        await RunAsync(host, settings, output, ready, cancellation);
    }

    /// <summary>The service, to be run.</summary>
    internal static IHost Build(LeasequerySettings settings)
    {
        // No defaults: they would read appsettings.json and environment variables that nobody expects to count here.
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        AddLogging(builder.Logging);
        builder.Services.AddSingleton<IHostLifetime, ToldByToken>();
        builder.Services.AddServiceManager();
        builder.Services.AddLeasequery(settings);
        return builder.Build();
    }

    /// <summary>Runs it until it is told to end.</summary>
    /// <exception cref="CommandFailedException">It ended without being told to.</exception>
    internal static async Task RunAsync(IHost host, LeasequerySettings settings, TextWriter output,
        Action<IReadOnlyList<Ipv4Endpoint>> ready, CancellationToken cancellation)
    {
        var start = Stopwatch.StartNew();
        try
        {
            await host.Services.GetRequiredService<StoreCheck>().StartAsync(cancellation);
            // The token ends the waits before and after; what has started then stops in order.
            await StartAsync(host);
            var endpoints = await host.Services.GetRequiredService<Readiness>().WaitAsync(cancellation);
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

        var end = host.Services.GetRequiredService<ServiceEnd>();
        if (end.Refusal is { } wrong)
            throw wrong;
        if (end.Unplanned is { } unplanned && !cancellation.IsCancellationRequested)
            throw new CommandFailedException(ExitCodes.StartAgain, $"{unplanned}; it is to be started again");
    }

    // Akka has logged what it could not start.
    private static async Task StartAsync(IHost host)
    {
        try
        {
            await host.StartAsync(CancellationToken.None);
        }
        catch (Exception cause) when (cause is not (SettingsException or OperationCanceledException))
        {
            throw AkkaStart.Blame(cause) ?? (Exception)new CommandFailedException(ExitCodes.StartAgain,
                $"the actors could not be started ({cause.GetBaseException().Message}); it is to be started again", cause);
        }
    }

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
