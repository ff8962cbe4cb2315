using System.Diagnostics;
using System.Net;
using Leasequery.EndToEnd.Tests.Peers;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Service;

namespace Leasequery.EndToEnd.Tests.Cluster;

/// <summary>
/// Two nodes that become a cluster while strangers, each alone with its kind of certificate, are among those they look for and
/// try to get in. All that is said of one holds beside the others, so the nodes start and the strangers have their time once.
/// </summary>
public sealed class StrangersAtTheDoor : IAsyncLifetime
{
    /// <summary>How long the strangers go on trying when the two are a cluster, at least.</summary>
    static readonly TimeSpan LeastTime = TimeSpan.FromSeconds(6);

    static readonly int[] Members = [1, 2];
    static readonly Stranger[] All = Enum.GetValues<Stranger>();

    readonly Dictionary<Stranger, ChildProcess> _strangers = [];
    readonly Stack<IDisposable> _parts = new();

    /// <summary>Where all of them are.</summary>
    public ClusterNetwork Network { get; private set; } = null!;

    /// <summary>Whom the nodes trust.</summary>
    public CertificateAuthority Ours { get; private set; } = null!;

    /// <summary>The two nodes, 1 and 2.</summary>
    public ClusterNodes Nodes { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (PeerRequirements.Missing is not null)
            return; // what needs this is skipped, or has failed for it
        Network = Keep(new ClusterNetwork(strangers: All.Length));
        Keep(await ClusterDatabase.StartAsync(Network.Database));
        var folder = Keep(new TempFolder("certificates"));
        Ours = new CertificateAuthority("ours", folder);
        // One each: two of one authority would be a cluster of their own.
        var (theirs, others) = (new CertificateAuthority("theirs", folder), new CertificateAuthority("others", folder));
        var seeds = Enumerable.Range(1, Network.Nodes.Count).Select(seed => $"\"{ClusterNetwork.ClusterAddress(seed)}\"");
        Nodes = Keep(new ClusterNodes(Network, (node, settings) =>
        {
            var own = settings
                .With("leasequery.cluster.seeds", $"[{string.Join(", ", seeds)}]")
                .With("leasequery.cluster.nodes", $"{ClusterNetwork.Count}");
            return (Stranger)node switch
            {
                Stranger.OfAnotherAuthority => theirs.Equip(own, node, theirs, Ours),
                Stranger.OfAnotherCluster => others.Equip(own, node),
                Stranger.InTheClear => own,
                _ => Ours.Equip(own, node),
            };
        }));

        foreach (var stranger in All)
            _strangers[stranger] =
                Keep(Executable.Start(Nodes.SettingsOf((int)stranger).Arguments, Network.Nodes[(int)stranger - 1]));
        foreach (var (stranger, process) in _strangers)
            await process.WaitForLineAsync(
                "Nodes that may be there", Deadlines.Service, $"the stranger {stranger} to look for nodes");
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Members.Select(node => Nodes.StartAsync(node)));
        // As long again as the two took from their start, on this machine: one that is let in runs already, and is sooner ready.
        var longEnough = watch.Elapsed > LeastTime ? watch.Elapsed : LeastTime;
        await Eventually.StaysAsync(
            () => _strangers.All(one => MayEnd(one.Key) || !one.Value.HasExited), longEnough, "the strangers try",
            () => string.Join(Environment.NewLine, _strangers.Values.SelectMany(process => process.Lines.TakeLast(20))));
    }

    /// <summary>It is no member and knows it, and the members are what they were.</summary>
    public async Task IsKeptOutAsync(Stranger stranger)
    {
        Assert.DoesNotContain(
            _strangers[stranger].Lines, line => line.Contains("leasequery is ready", StringComparison.Ordinal));
        if (!MayEnd(stranger))
        {
            var number = (int)stranger;
            using var monitoring =
                new MonitoringClient(new IPEndPoint(ClusterNetwork.ServiceAddress(number), 9067), Network.Nodes[number - 1]);
            var (status, text) = await monitoring.GetAsync("/readyz");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
            Assert.Contains("no cluster is found yet", text);
        }

        foreach (var node in Members)
            await Nodes.SaysAsync(node, report => report.GetProperty("members").GetArrayLength() == 2, "two members");
        Assert.False(Members.Any(node => Nodes[node].Process.HasExited), "a stranger ended a node");
    }

    /// <summary>Waits until one of the two says so of a stranger.</summary>
    public Task AMemberLogsAsync(string word) => Eventually.HoldsAsync(
        () => Logged().Any(line => line.Contains(word, StringComparison.Ordinal)),
        Deadlines.Cluster, $"a member to log: {word}", () => string.Join(Environment.NewLine, Logged().TakeLast(20)));

    /// <inheritdoc/>
    public Task DisposeAsync()
    {
        while (_parts.TryPop(out var part))
            part.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Akka ends a node whose connections are refused so.</summary>
    static bool MayEnd(Stranger stranger) => stranger == Stranger.OfAnotherAuthority;

    IEnumerable<string> Logged() => Members.SelectMany(node => Nodes[node].Process.Lines);

    T Keep<T>(T part)
        where T : IDisposable
    {
        _parts.Push(part);
        return part;
    }
}
