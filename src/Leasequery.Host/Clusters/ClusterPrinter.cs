using Leasequery.Actors.Membership;
using Spectre.Console;

namespace Leasequery.Host.Clusters;

/// <summary>Writes a report on the cluster for a person: how it is, one line a member, then what is wrong.</summary>
/// <param name="console">Where to. It must not fold lines.</param>
internal sealed class ClusterPrinter(IAnsiConsole console)
{
    private const int NodeWidth = 22;
    private const int StatusWidth = 10;
    private const int RolesWidth = 17;
    private const int MostNumbers = 12;

    /// <summary>Writes all lines.</summary>
    public void Print(ClusterReport report)
    {
        var (health, color) = report.IsHealthy ? ("healthy", Color.Green) : ("not healthy", Color.Red);
        console.Write(health, new Style(color, decoration: Decoration.Bold));
        console.WriteLine($", as {report.Node} sees it ({Word(report)})");
        foreach (var member in report.Members)
        {
            var shards = report.Owners.FirstOrDefault(owner => owner.Node == member.Node)?.Shards ?? [];
            var roles = member.Roles.Count > 0 ? string.Join(' ', member.Roles) : "witness";
            console.WriteLine($"  {member.Node.PadRight(NodeWidth)}{member.Status.ToLowerInvariant().PadRight(StatusWidth)}"
                + $"{(member.IsReachable ? "" : "unreachable ")}{roles.PadRight(RolesWidth)} {member.Version}  {Describe(shards)}"
                + (member.IsLeader ? "  leader" : ""));
        }

        foreach (var problem in report.Problems)
            console.WriteLine($"  ! {problem}");
    }

    private static string Word(ClusterReport report) => report switch
    {
        { Standing: not Standing.Member } => report.Standing.ToString().ToLowerInvariant(),
        { IsInTouch: false } => "out of touch",
        _ => "in touch",
    };

    private static string Describe(IReadOnlyList<int> shards) => shards.Count switch
    {
        0 => "no shards",
        <= MostNumbers => $"{shards.Count} shards: {string.Join(' ', shards)}",
        _ => $"{shards.Count} shards: {string.Join(' ', shards.Take(MostNumbers))} ...",
    };
}
