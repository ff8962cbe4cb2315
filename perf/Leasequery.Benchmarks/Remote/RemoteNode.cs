using System.Globalization;
using Akka.Configuration;
using Akka.Hosting;
using Leasequery.Actors;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Leasequery.Benchmarks.Remote;

/// <summary>A node on the loopback, as it is hosted but for its store. The one with the role address owns all shards.</summary>
internal static class RemoteNode
{
    /// <summary>The argument with which this program is such a node: roles, ports and segmentation follow.</summary>
    public const string Argument = "--remote-node";

    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);

    /// <summary>Serves until its standard input ends.</summary>
    public static async Task ServeAsync(string[] arguments)
    {
        using var host = await StartAsync(arguments[0], Port(arguments[1]), Port(arguments[2]), Port(arguments[3]),
            arguments[4]);
        Console.WriteLine("ready");
        await Console.In.ReadToEndAsync();
        await host.StopAsync();
    }

    /// <summary>Starts a node and waits until it answers.</summary>
    public static async Task<IHost> StartAsync(string roles, int udpPort, int clusterPort, int seedPort, string segmentation)
    {
        var settings = LeasequerySettings.From(ConfigurationFactory.ParseString(
            $$"""
            leasequery {
              networks = ["10.0.0.0/8"]
              requestors = [{ prefix = "127.0.0.0/8", reply-port = "source" }]
              ingress { listen = ["127.0.0.1:{{udpPort}}"], segmentation = {{segmentation}} }
              cluster { seeds = ["127.0.0.1:{{seedPort}}"], host = "127.0.0.1", port = {{clusterPort}}, roles = [{{roles}}] }
              store.kind = postgresql # what a cluster has; never opened here
            }
            """));
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IBindingArchive, MillionBindings>();
        builder.Services.AddLeasequeryActors(settings, (akka, _) =>
            akka.AddHocon("akka.persistence.journal.plugin = akka.persistence.journal.inmem", HoconAddMode.Prepend));
        var host = builder.Build();
        await host.StartAsync();
        host.Services.GetRequiredService<StoreHealth>().ReportReached();
        using var limit = new CancellationTokenSource(LongestStart);
        await host.Services.GetRequiredService<Readiness>().WaitAsync(limit.Token);
        return host;
    }

    private static int Port(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
