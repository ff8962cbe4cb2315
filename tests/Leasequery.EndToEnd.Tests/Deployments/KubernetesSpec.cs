using System.Net;
using System.Text.Json;
using Leasequery.Actors.Settings;
using Leasequery.EndToEnd.Tests.Cluster;
using Leasequery.EndToEnd.Tests.Peers;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Service;
using Leasequery.Host.Serving;
using static Leasequery.EndToEnd.Tests.Deployments.KubernetesManifest;

namespace Leasequery.EndToEnd.Tests.Deployments;

/// <summary>
/// The shipped example for Kubernetes: its parts fit together and to the service. No Kubernetes is needed, none is tried.
/// </summary>
public sealed class KubernetesSpec : IDisposable
{
    /// <summary>What the end may take beyond the times of the settings: for the cluster, and for a store that hangs.</summary>
    static readonly TimeSpan Beyond = TimeSpan.FromSeconds(30 + 5);

    readonly KubernetesManifest _manifest = Read();
    readonly TempFolder _folder = new("kubernetes");

    string Hocon => Text(_manifest.Document("ConfigMap"), "data", "leasequery.conf");

    string ConfigFile => _folder.Write("leasequery.conf", Hocon);

    LeasequerySettings Settings => LeasequerySettings.From(ConfigurationLoader.Load(ConfigFile, []));

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ports_and_probes_are_those_that_the_settings_open()
    {
        int[] opened =
        [
            .. Settings.Ingress.Listen.Select(endpoint => (int)endpoint.Port), Settings.Cluster.Port,
            Settings.Monitoring!.Value.Port,
        ];
        Assert.Equal(opened, List(_manifest.Container, "ports").Select(port => Number(port, "containerPort")));
        Assert.Equal("UDP", Text(_manifest.Container, "ports", 0, "protocol"));
        Assert.Equal("/readyz", Text(_manifest.Container, "readinessProbe", "httpGet", "path"));
        Assert.Equal("/healthz", Text(_manifest.Container, "livenessProbe", "httpGet", "path"));
        Assert.All(["readinessProbe", "livenessProbe"],
            probe => Assert.Equal(Settings.Monitoring.Value.Port, Number(_manifest.Container, probe, "httpGet", "port")));
    }

    [Fact]
    public void nodes_find_each_other_by_the_headless_service()
    {
        var service = _manifest.Document("Service");
        var set = _manifest.Document("StatefulSet");
        Assert.Equal(Text(service, "metadata", "name"), Assert.Single(Settings.Cluster.Seeds).Host);
        Assert.Equal(Text(service, "metadata", "name"), Text(set, "spec", "serviceName"));
        Assert.Equal(("None", "true"), (Text(service, "spec", "clusterIP"), Text(service, "spec", "publishNotReadyAddresses")));
        Assert.Equal(Settings.Cluster.Port, Number(service, "spec", "ports", 0, "port"));
        Assert.Equal(Settings.Cluster.Nodes, Number(set, "spec", "replicas"));
        Assert.All(
            [
                At(service, "spec", "selector"), At(set, "spec", "selector", "matchLabels"),
                At(_manifest.Document("PodDisruptionBudget"), "spec", "selector", "matchLabels"),
            ],
            selector => Assert.Equal(At(set, "spec", "template", "metadata", "labels"), selector));
    }

    [Fact]
    public void the_end_of_a_pod_leaves_time_for_all_that_the_service_does_then() =>
        Assert.True(TimeSpan.FromSeconds(Number(_manifest.Pod, "terminationGracePeriodSeconds"))
            >= Settings.ShutdownGrace + Settings.ShutdownTimeout + Beyond);

    [Fact]
    public void what_is_mounted_is_what_the_settings_and_the_arguments_name()
    {
        var mounts = List(_manifest.Container, "volumeMounts");
        var volumes = List(_manifest.Pod, "volumes");
        Assert.Equal(mounts.Select(mount => Text(mount, "name")).Order(), volumes.Select(volume => Text(volume, "name")).Order());
        Assert.Equal(Text(_manifest.Document("ConfigMap"), "metadata", "name"),
            Text(Named(volumes, "settings"), "configMap", "name"));
        Assert.Equal($"{Text(Named(mounts, "settings"), "mountPath")}/leasequery.conf", Text(_manifest.Container, "args", 2));
        var tls = Text(Named(mounts, "tls"), "mountPath"); // the files are named as a TLS secret has them
        Assert.Equal(new ClusterTlsSettings($"{tls}/tls.crt", $"{tls}/tls.key", $"{tls}/ca.crt"), Settings.Cluster.Tls);
        // A root that is read-only leaves the program /tmp, and nothing is kept in the data directory.
        Assert.Equal("/tmp", Text(Named(mounts, "tmp"), "mountPath"));
        Assert.Equal(StoreKind.PostgreSql, Settings.Store.Kind);
    }

    [Fact]
    public void the_environment_has_what_settings_and_arguments_take_from_it()
    {
        var variables = List(_manifest.Container, "env");
        Assert.Contains($"${{?{Text(Named(variables, "LEASEQUERY_DB_PASSWORD"), "name")}}}", Hocon, StringComparison.Ordinal);
        Assert.Contains($"$({Text(Named(variables, "POD_IP"), "name")})", Text(_manifest.Container, "args", 4),
            StringComparison.Ordinal);
    }

    /// <summary>
    /// Three nodes with the settings and arguments as they stand there, each on a machine of its own, whose one name for all
    /// nodes comes from /etc/hosts instead of a cluster's DNS. Only where the certificates lie and how the database is reached is
    /// said otherwise.
    /// </summary>
    [PeerFact]
    public async Task three_nodes_started_like_that_are_alive_at_once_and_ready_as_one_cluster()
    {
        using var network = new ClusterNetwork();
        using var database = await ClusterDatabase.StartAsync(network.Database);
        var authority = new CertificateAuthority("ours", _folder);
        var config = ConfigFile;
        var hosts = _folder.Write("hosts", "127.0.0.1 localhost\n"
            + $"{ClusterNetwork.DatabaseAddress} {Settings.Store.PostgreSql.Host}\n"
            + string.Concat(ClusterNodes.All.Select(node =>
                $"{ClusterNetwork.ClusterAddress(node)} {Text(_manifest.Document("Service"), "metadata", "name")}\n")));
        var pods = new Stack<IDisposable>();
        try
        {
            var first = Start(1);
            using var monitoring = new MonitoringClient(
                new IPEndPoint(ClusterNetwork.ServiceAddress(1), Settings.Monitoring!.Value.Port), network.Nodes[0]);
            await Eventually.HoldsAsync(() => Probe(monitoring, "livenessProbe") == HttpStatusCode.OK, Deadlines.Service,
                "the liveness probe");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, Probe(monitoring, "readinessProbe")); // one of three is no cluster

            Start(2);
            Start(3);
            await Eventually.HoldsAsync(() => Probe(monitoring, "readinessProbe") == HttpStatusCode.OK, Deadlines.Cluster,
                "the readiness probe", () => string.Join(Environment.NewLine, first.Lines));
            await Eventually.HoldsAsync(
                () => MembersOf(monitoring) == Settings.Cluster.Nodes, Deadlines.Cluster, "three members");

            first.Terminate();
            await Eventually.HoldsAsync(
                () => Probe(monitoring, "readinessProbe") == HttpStatusCode.ServiceUnavailable, Deadlines.Service,
                "no more queries to it");
            await first.WaitForExitAsync(TimeSpan.FromSeconds(Number(_manifest.Pod, "terminationGracePeriodSeconds")),
                "the pod to end");
            Assert.Equal(0, first.ExitCode);
        }
        finally
        {
            while (pods.TryPop(out var pod))
                pod.Dispose();
        }

        ChildProcess Start(int node)
        {
            var given = List(_manifest.Container, "args").Select(argument => Text(argument)
                .Replace("$(POD_IP)", $"{ClusterNetwork.ClusterAddress(node)}", StringComparison.Ordinal)
                .Replace("/etc/leasequery/leasequery.conf", config, StringComparison.Ordinal));
            var own = authority.Equip(ServeSettings.None, node)
                .With("leasequery.store.postgresql.ssl-mode", "disable")
                .With("leasequery.store.postgresql.database", ClusterDatabase.Name);
            var pod = Executable.StartAfter(
                $"mount --bind {hosts} /etc/hosts", [.. given, .. own.Arguments.Skip(1)], network.Nodes[node - 1]);
            pods.Push(pod);
            return pod;
        }
    }

    HttpStatusCode Probe(MonitoringClient monitoring, string probe)
    {
        try
        {
            return monitoring.GetAsync(Text(_manifest.Container, probe, "httpGet", "path")).GetAwaiter().GetResult().Status;
        }
        catch (HttpRequestException)
        {
            return HttpStatusCode.BadGateway; // it does not listen yet
        }
    }

    static int MembersOf(MonitoringClient monitoring)
    {
        using var report = JsonDocument.Parse(monitoring.GetAsync("/cluster").GetAwaiter().GetResult().Text);
        return report.RootElement.GetProperty("members").GetArrayLength();
    }
}
