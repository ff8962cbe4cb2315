using System.CommandLine;
using System.Net.Sockets;
using System.Text.Json;
using Leasequery.Actors.Membership;
using Leasequery.Host.Clusters;
using Leasequery.Host.Wording;

namespace Leasequery.Host.Commands;

/// <summary><c>leasequery cluster</c>: for those who run several nodes.</summary>
internal sealed class ClusterCommand : Command
{
    /// <summary>Puts the command together.</summary>
    public ClusterCommand()
        : base("cluster", "See how the nodes of a cluster are.") => Add(new ClusterStatusCommand());
}

/// <summary><c>leasequery cluster status</c>: what one node says of all.</summary>
internal sealed class ClusterStatusCommand : UserCommand
{
    /// <summary>It answers, but something is to be done.</summary>
    public const int Impaired = 1;

    /// <summary>The node that was asked is in no cluster, or out of touch with it: it tells no locations.</summary>
    public const int Apart = 2;

    private const ushort DefaultPort = 9067;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Option<ServerName> _server = new("--server", "-s")
    {
        HelpName = "HOST[:PORT]",
        Description = "The monitoring endpoint of a node (127.0.0.1:9067 unless given).",
        CustomParser = typed => Input.Server(typed, DefaultPort),
    };

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print one JSON object instead of lines.",
    };

    /// <summary>Puts the command together.</summary>
    public ClusterStatusCommand()
        : base("status", "Show members, roles, shards with their owners, and what is wrong.")
    {
        Add(_server);
        Add(_json);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override string Example => "leasequery cluster status --server 10.0.0.1:9067";

    /// <inheritdoc/>
    public override string Details => $"""
        Examples:
          leasequery cluster status
          leasequery cluster status --server 10.0.0.1:9067 --json | jq .problems

        Exit codes:
          {ExitCodes.Ok}   all is well
          {Impaired}   something is to be done: a node cannot be reached, joins or leaves; shards without owner; the store is away
          {Apart}   the node that was asked is part of no cluster, or has lost touch with it
          {ExitCodes.Usage}  the command line cannot be understood
          {ExitCodes.Unavailable}  the endpoint cannot be reached
        """;

    private async Task<int> RunAsync(ParseResult typed, CancellationToken cancellation)
    {
        var server = typed.GetValue(_server) ?? new ServerName("127.0.0.1", DefaultPort);
        var report = await ReadAsync(server, cancellation);
        if (typed.GetValue(_json))
            typed.InvocationConfiguration.Output.WriteLine(ClusterJson.Write(report));
        else
            new ClusterPrinter(Terminal.Of(typed.InvocationConfiguration).Output).Print(report);
        return report switch
        {
            { Standing: < Standing.Member } or { IsInTouch: false } => Apart,
            { IsHealthy: false } => Impaired,
            _ => ExitCodes.Ok,
        };
    }

    private static async Task<ClusterReport> ReadAsync(ServerName server, CancellationToken cancellation)
    {
        // Straight to the node: a proxy of the environment is for the web, and 127.0.0.1 is another machine to it.
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        try
        {
            var json = await http.GetStringAsync(new Uri($"http://{server.Host}:{server.Port}/cluster"), cancellation);
            return ClusterJson.Read(json);
        }
        catch (Exception cause) when (cause is HttpRequestException or SocketException or JsonException
            || (cause is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new CommandFailedException(ExitCodes.Unavailable,
                $"no report from http://{server.Host}:{server.Port}/cluster ({cause.GetBaseException().Message}): "
                + "is it the address of leasequery.monitoring.listen?", cause);
        }
    }
}
