using Akka.Configuration;
using Leasequery.Actors;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Peers.Packets;
using Leasequery.EndToEnd.Tests.Service;
using Leasequery.Host;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Leasequery.EndToEnd.Tests.Embedding;

/// <summary>The service inside a program of somebody else, beside a relay for example.</summary>
public sealed class EmbeddingSpec
{
    [Fact]
    public async Task starts_answers_and_stops_with_a_host_of_somebody_else()
    {
        using var folder = new TempFolder("store");
        using var requestor = new Requestor();
        var home = new Home(1);
        using (var host = Build(folder))
        {
            var endpoint = await StartAsync(host);
            requestor.Send(home.Ack, endpoint);
            var answer = await Eventually.GivesAsync(
                async () => await requestor.AskAsync(home.Query(), endpoint) is { MessageType: HandMadeQuery.Active } active
                    ? active
                    : null,
                Deadlines.Service, "the lease to be told");
            home.AssertLeased(answer);
            Assert.Equal("as it was", host.Services.GetRequiredService<IConfiguration>()["somebody:else"]);
            await host.StopAsync().WaitAsync(Deadlines.Service);
            Assert.True(host.Services.GetRequiredService<Neighbour>().HasStopped);
        }

        // It left nothing behind that would keep another one from the same directory.
        using var again = Build(folder);
        home.AssertLeased(await requestor.AskAsync(home.Query(), await StartAsync(again)));
        await again.StopAsync().WaitAsync(Deadlines.Service);
    }

    static IHost Build(TempFolder folder)
    {
        var builder = new HostApplicationBuilder();
        builder.Configuration.AddInMemoryCollection([new("somebody:else", "as it was")]);
        builder.Services.AddSingleton<Neighbour>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<Neighbour>());
        builder.Services.AddLeasequery(ConfigurationFactory.ParseString($$"""
            leasequery {
              networks = ["10.0.0.0/8"]
              requestors = [{ prefix = "127.0.0.1/32", reply-port = source }]
              ingress.listen = ["127.0.0.1:0"]
              monitoring.listen = off
              store.directory = "{{folder.Path}}"
            }
            """));
        return builder.Build();
    }

    static async Task<System.Net.IPEndPoint> StartAsync(IHost host)
    {
        await host.StartAsync().WaitAsync(Deadlines.Service);
        using var limit = new CancellationTokenSource(Deadlines.Service);
        var endpoint = Assert.Single(await host.Services.GetRequiredService<Readiness>().WaitAsync(limit.Token));
        return System.Net.IPEndPoint.Parse(endpoint.ToString());
    }

    /// <summary>Another service of that host.</summary>
    sealed class Neighbour : IHostedService
    {
        public bool HasStopped { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            HasStopped = true;
            return Task.CompletedTask;
        }
    }
}
