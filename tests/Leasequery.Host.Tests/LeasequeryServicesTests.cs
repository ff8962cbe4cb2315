using System.Net;
using System.Net.Sockets;
using Akka.Configuration;
using Leasequery.Actors.Settings;
using Leasequery.Host.Persistence;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Leasequery.Host.Tests;

/// <summary>The service in a host of somebody else.</summary>
public sealed class LeasequeryServicesTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("leasequery-services-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory] // what the host gives its services to end, in seconds, what its settings take: 5 + 20 and 30 for the cluster
    [InlineData(null, 55)]
    [InlineData(10.0, 55)]
    [InlineData(600.0, 600)]
    [InlineData(-0.001, -0.001)] // without end
    public void The_host_has_time_for_a_clean_end(double? given, double expected)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLeasequery(Config("shutdown-grace = 5 s"));
        if (given is { } seconds)
            builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(seconds));
        using var host = builder.Build();
        host.Services.GetRequiredService<IJournalStore>(); // so that it is closed

        Assert.Equal(TimeSpan.FromSeconds(expected),
            host.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout);
    }

    [Fact]
    public void A_port_that_somebody_has_is_refused_before_anything_starts()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Assert.Equal("leasequery.ingress.listen", Assert.Throws<SettingsException>(() =>
            new ServiceCollection().AddLeasequery(Config("", $"{taken.LocalEndPoint}"))).Key);
    }

    [Fact]
    public void So_is_a_cluster_port_that_somebody_has()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var endpoint = (IPEndPoint)taken.LocalEndpoint;
        Assert.Equal("leasequery.cluster.port", Assert.Throws<SettingsException>(() => new ServiceCollection().AddLeasequery(
            Config($$"""
                cluster { seeds = ["127.0.0.1"], host = "127.0.0.1", port = {{endpoint.Port}} }
                store.kind = postgresql
                """))).Key);
    }

    [Fact]
    public void The_giaddr_of_another_node_is_refused_before_anything_starts() =>
        Assert.Equal("leasequery.upstream.giaddr", Assert.Throws<SettingsException>(() => new ServiceCollection().AddLeasequery(
            Config("""upstream { servers = [{ address = "192.0.2.53" }], giaddr = "192.0.2.77" }"""))).Key);

    private Config Config(string more, string listen = "127.0.0.1:0") => ConfigurationFactory.ParseString($$"""
        leasequery {
          networks = ["10.0.0.0/8"]
          requestors = [{ prefix = "127.0.0.1/32" }]
          ingress.listen = ["{{listen}}"]
          store.directory = "{{_directory.FullName}}"
          {{more}}
        }
        """);
}
