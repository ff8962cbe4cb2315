using System.Diagnostics;
using System.Text.Json;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Service;
using Xunit.Abstractions;

namespace Leasequery.EndToEnd.Tests.Cluster;

/// <summary>The three nodes of a cluster as processes: started, killed, stopped, and looked at from outside.</summary>
/// <param name="network">Their machines.</param>
/// <param name="adjust">Makes the settings of a node out of the usual ones.</param>
/// <param name="output">Where it is told that a node had to be started again though nothing was done to it.</param>
public sealed class ClusterNodes(
    ClusterNetwork network, Func<int, ServeSettings, ServeSettings>? adjust = null, ITestOutputHelper? output = null)
    : IDisposable
{
    const int StartAgain = 75; // what its help says

    static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(1); // akka.cluster.sharding.rebalance-interval is 250 ms

    readonly LeasequeryProcess?[] _running = new LeasequeryProcess?[ClusterNetwork.Count + 1];
    readonly string?[] _programs = new string?[ClusterNetwork.Count + 1]; // of another build
    readonly TempFolder _folder = new("cluster");

    /// <summary>The numbers of the nodes.</summary>
    public static IEnumerable<int> All => Enumerable.Range(1, ClusterNetwork.Count);

    /// <summary>A node that runs.</summary>
    public LeasequeryProcess this[int node] => _running[node] ?? throw new InvalidOperationException($"node {node} does not run");

    /// <summary>Starts all at once.</summary>
    public Task StartAllAsync() => Task.WhenAll(All.Select(node => StartAsync(node)));

    /// <summary>Starts one, or the program of another build in its place, and returns when it is ready.</summary>
    public async Task StartAsync(int node, string? other = null)
    {
        _running[node]?.Dispose();
        _running[node] = null;
        _programs[node] = other;
        _running[node] = await LeasequeryProcess.StartAsync(SettingsOf(node), network.Nodes[node - 1], other);
    }

    /// <summary>The command line of a node.</summary>
    public ServeSettings SettingsOf(int node)
    {
        var settings = new ServeSettings(_folder.At($"{node}"))
            .With("leasequery.requestors", """[{ prefix = "10.77.0.0/24", reply-port = source }]""")
            .With("leasequery.ingress.listen", $"""["{ClusterNetwork.ServiceAddress(node)}:67"]""")
            .With("leasequery.monitoring.listen", $"{ClusterNetwork.ServiceAddress(node)}:9067")
            .With("leasequery.cluster.seeds",
                $"[{string.Join(", ", All.Select(seed => $"\"{ClusterNetwork.ClusterAddress(seed)}\""))}]")
            .With("leasequery.store.kind", "postgresql")
            .With("leasequery.store.postgresql.host", $"{ClusterNetwork.DatabaseAddress}")
            .With("leasequery.store.postgresql.database", ClusterDatabase.Name)
            .With("leasequery.store.postgresql.username", ClusterDatabase.User);
        return adjust is null ? settings : adjust(node, settings);
    }

    /// <summary>
    /// Waits until every node says that all is well with all of them, and as many shards are on each. A node that ends itself
    /// meanwhile is started again: where processors are short it may be missed for so long that the others give it up.
    /// </summary>
    /// <param name="versions">
    /// Of how many versions they are. More than one is all that a node may find fault with, and sharding moves no shard
    /// for balance.
    /// </param>
    public async Task AreHealthyAsync(int versions = 1)
    {
        var last = "";
        await Eventually.GivesAsync(
            async () =>
            {
                await StartThoseThatEndedAsync();
                foreach (var node in All)
                    if (!IsHealthy(last = await ReportAsync(node), versions))
                        return null;
                return "healthy";
            },
            Deadlines.Cluster, "a healthy cluster of three with as many shards on each",
            () => last + Environment.NewLine + DescribeLogs());
    }

    /// <summary>
    /// Starts again, as systemd would, every node that has ended to be started again; returns when they are ready. None may have
    /// ended in another way.
    /// </summary>
    /// <param name="expected">The node that had to end, of which nothing is told.</param>
    public Task StartThoseThatEndedAsync(int expected = 0)
    {
        var ended = All.Where(node => this[node].Process.HasExited).ToArray();
        foreach (var node in ended)
        {
            Assert.True(
                this[node].Process.ExitCode == StartAgain, $"Nobody told it to end.{Environment.NewLine}{DescribeLog(node)}");
            if (node != expected)
                output?.WriteLine($"{DateTime.UtcNow:HH:mm:ss} node {node} had ended by itself and is started again:"
                    + $"{Environment.NewLine}{DescribeLog(node)}");
        }
        return Task.WhenAll(ended.Select(node => StartAsync(node, _programs[node])));
    }

    /// <summary>Waits until others have given up a node: it is no member any more.</summary>
    public async Task IsGivenUpAsync(int node)
    {
        var last = "";
        await Eventually.GivesAsync(
            async () =>
            {
                foreach (var other in All.Where(other => other != node))
                    if (Read(last = await ReportAsync(other)) is { } report && Members(report) < ClusterNetwork.Count)
                        return "given up";
                return null;
            },
            Deadlines.Cluster, $"node {node} to be given up by the others", () => last + Environment.NewLine + DescribeLogs());
    }

    /// <summary>Waits until no shard has moved for longer than sharding takes from one step to the next.</summary>
    public async Task AreSettledAsync()
    {
        var (owners, since) = ("", Stopwatch.StartNew());
        await SaysAsync(
            1,
            report =>
            {
                var now = report.GetProperty("owners").GetRawText();
                if (now != owners)
                    (owners, since) = (now, Stopwatch.StartNew());
                return since.Elapsed > LongestStep;
            },
            "shards that stay where they are");
    }

    /// <summary>Waits until a node says so of the cluster.</summary>
    public async Task SaysAsync(int node, Func<JsonElement, bool> expected, string what)
    {
        var last = "";
        await Eventually.GivesAsync(
            async () =>
            {
                last = (await this[node].Monitoring.GetAsync("/cluster")).Text;
                return expected(JsonDocument.Parse(last).RootElement) ? "said" : null;
            },
            Deadlines.Cluster, $"node {node} to tell of {what}",
            () => last + Environment.NewLine + DescribeLogs());
    }

    /// <summary>What each node that runs says of the cluster, and what each one logged last.</summary>
    public async Task<string> DescribeAsync()
    {
        var told = new List<string>();
        foreach (var node in All.Where(node => _running[node] is { Process.HasExited: false }))
            told.Add($"node {node}: {await ReportAsync(node)}");
        return string.Join(Environment.NewLine, [.. told, DescribeLogs()]);
    }

    /// <summary>Waits until a node has ended by itself, as one has to that the cluster gave up.</summary>
    public async Task EndsAsync(int node)
    {
        await this[node].Process.WaitForExitAsync(Deadlines.Cluster, $"node {node} to end, which the cluster gave up");
        Assert.Equal(StartAgain, this[node].Process.ExitCode);
    }

    /// <summary>The same, and starts it again as systemd would, with others that have ended: alone it is no cluster.</summary>
    public async Task EndsAndIsStartedAgainAsync(int node)
    {
        await EndsAsync(node);
        await StartThoseThatEndedAsync(expected: node);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var node in _running)
            node?.Dispose();
        _folder.Dispose();
    }

    // Also of those that have ended: why they did is what one wants to know.
    string DescribeLogs() => string.Join(Environment.NewLine, All.Select(DescribeLog));

    string DescribeLog(int node) => string.Join(Environment.NewLine, _running[node]?.Process is { } process
        ? [$"node {node}{(process.HasExited ? $", ended with {process.ExitCode}" : "")}:", .. process.Lines.TakeLast(20)]
        : Array.Empty<string>());

    // What it says of the cluster; nothing where it is about to end, or has ended.
    async Task<string> ReportAsync(int node)
    {
        try
        {
            return (await this[node].Monitoring.GetAsync("/cluster")).Text;
        }
        catch (HttpRequestException)
        {
            return "";
        }
    }

    static JsonElement? Read(string report) => report.Length == 0 ? null : JsonDocument.Parse(report).RootElement;

    static bool IsHealthy(string text, int versions) => Read(text) is { } report
        && Problems(report).All(problem => problem.StartsWith($"nodes of {versions} versions: ", StringComparison.Ordinal))
        && Members(report) == ClusterNetwork.Count
        && (versions > 1 || IsBalanced([.. ShardsOfEach(report)]));

    static int Members(JsonElement report) => report.GetProperty("members").GetArrayLength();

    static IEnumerable<int> ShardsOfEach(JsonElement report) =>
        report.GetProperty("owners").EnumerateArray().Select(owner => owner.GetProperty("shards").GetArrayLength());

    // Akka leaves a difference of one alone; of two it may.
    static bool IsBalanced(int[] shards) => shards.Length == ClusterNetwork.Count && shards.Max() - shards.Min() <= 2;

    static IReadOnlyList<string> Problems(JsonElement report) =>
        [.. report.GetProperty("problems").EnumerateArray().Select(problem => problem.GetString()!)];
}
