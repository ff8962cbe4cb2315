using System.Net;
using System.Net.Sockets;
using Leasequery.Actors;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Settings;
using Leasequery.Host.Clusters;
using Leasequery.Wire;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using OpenTelemetry.Metrics;

namespace Leasequery.Host.Monitoring;

/// <summary>
/// The HTTP endpoint for those who watch: <c>/healthz</c> (the process lives), <c>/readyz</c> (send queries here; with the
/// reasons when not), <c>/memberz</c> (it does what its roles ask of it, which may be something else than answering queries),
/// <c>/cluster</c> (all nodes as this one sees them, JSON) and <c>/metrics</c> (Prometheus). A web application of its own, so
/// that it works in any generic host.
/// </summary>
internal sealed class MonitoringEndpoint(LeasequerySettings settings, Readiness readiness, IServiceProvider services)
    : IHostedService
{
    private const string Key = "leasequery.monitoring.listen";
    private const string RuntimeMeterName = "System.Runtime"; // .NET's own: collections and their pauses, allocation, threads

    private WebApplication? _application;

    /// <summary>Where it listens, with the port that it got; null until it does, and where it is off.</summary>
    public Ipv4Endpoint? Endpoint { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.Monitoring is not { } endpoint)
            return;
        // Empty: other builders read settings from the working directory, and watch it with all below it, such as the store.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Parse(endpoint.Address.ToString()), endpoint.Port));
        builder.Services.AddSingleton<IHostLifetime, ToldByToken>(); // it starts and ends with its host, whatever signal comes
        builder.Services.AddRoutingCore();
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(LeasequeryMetrics.MeterName)
            .AddMeter(RuntimeMeterName)
            // Every reading is of that moment. Counts that stood still for the usual 0.3 s would be the larger part of what
            // somebody measures who waits for them.
            .AddPrometheusExporter(exporter => exporter.ScrapeResponseCacheDurationMilliseconds = 0));
        _application = builder.Build();
        _application.MapGet("/healthz", () => Results.Text("alive\n"));
        _application.MapGet("/readyz", () => Judge(readiness.ObstaclesToQueries(), "ready"));
        _application.MapGet("/memberz", () => Judge(readiness.Obstacles(), "does its part"));
        // Taken from the services when it is asked for: the endpoint is there before the actors are.
        _application.MapGet("/cluster", async () => Results.Text(
            ClusterJson.Write(await services.GetRequiredService<ClusterReporter>().ReadAsync()), "application/json"));
        _application.MapPrometheusScrapingEndpoint();
        try
        {
            await _application.StartAsync(cancellationToken);
            Endpoint = endpoint with { Port = BoundPort(_application) };
        }
        catch (Exception cause) when (cause is IOException or SocketException)
        {
            throw new SettingsException(Key, endpoint.ToString(),
                $"an endpoint that is free, or off ({cause.GetBaseException().Message})", cause) { MayPass = true };
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_application is null)
            return;
        await _application.StopAsync(cancellationToken);
        await _application.DisposeAsync();
    }

    private static ushort BoundPort(WebApplication application)
    {
        var bound = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        return (ushort)new Uri(bound.Addresses.Single()).Port;
    }

    private IResult Judge(IReadOnlyList<string> obstacles, string allIsWell)
    {
        var lines = obstacles.Concat(readiness.Impairments()).DefaultIfEmpty(allIsWell);
        return Results.Text(string.Concat(lines.Select(line => line + "\n")),
            statusCode: obstacles.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
