using System.Globalization;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.Hosting;
using Leasequery.Actors.Addresses;

namespace Leasequery.Actors.Membership;

/// <summary>Tells those who operate the service what the cluster looks like from this node.</summary>
public sealed class ClusterReporter(ActorSystem system, IReadOnlyActorRegistry registry, Readiness readiness,
    NodeStanding standing, Touch touch, ShardProgress shards)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>The cluster now. Takes up to two seconds while a node does not answer.</summary>
    public async Task<ClusterReport> ReadAsync()
    {
        var cluster = Cluster.Get(system);
        var state = cluster.State;
        var unreachable = state.Unreachable.Select(member => member.UniqueAddress).ToHashSet();
        var members = state.Members
            .Select(member => new MemberReport(NameOf(member.Address), member.Status.ToString(), [.. member.Roles.Order()],
                member.AppVersion.Version, !unreachable.Contains(member.UniqueAddress), member.Address.Equals(state.Leader)))
            .ToArray();
        var owners = await ReadOwnersAsync(cluster.SelfAddress);
        string[] problems =
        [
            .. readiness.Obstacles().Concat(readiness.Impairments()).Concat(Problems(members, owners)).Distinct(),
        ];
        return new ClusterReport(NameOf(cluster.SelfAddress), standing.Current, touch.Holds, members, shards.Shards, owners,
            problems);
    }

    private IEnumerable<string> Problems(MemberReport[] members, IReadOnlyList<OwnerReport> owners)
    {
        foreach (var member in members)
        {
            if (!member.IsReachable)
                yield return $"{member.Node} cannot be reached";
            if (member.Status != nameof(MemberStatus.Up))
                yield return $"{member.Node} is {member.Status}";
        }

        var owned = owners.Sum(owner => owner.Shards.Count);
        if (owned < shards.Shards)
            yield return $"{shards.Shards - owned} of {shards.Shards} shards have no owner that answers";
        var versions = members.Select(member => member.Version).Distinct().ToArray();
        if (versions.Length > 1)
            yield return $"nodes of {versions.Length} versions: {string.Join(", ", versions.Order())}";
    }

    private async Task<IReadOnlyList<OwnerReport>> ReadOwnersAsync(Address self)
    {
        try
        {
            var region = await registry.GetAsync<AddressRegion>();
            var stats = await region.Ask<ClusterShardingStats>(
                new GetClusterShardingStats(Patience), Patience + TimeSpan.FromSeconds(1));
            return
            [
                .. stats.Regions
                    .Select(entry => new OwnerReport(NameOf(entry.Key.HasLocalScope ? self : entry.Key),
                        [.. entry.Value.Stats.Keys.Select(shard => int.Parse(shard, CultureInfo.InvariantCulture)).Order()]))
                    .OrderBy(owner => owner.Node, StringComparer.Ordinal),
            ];
        }
        catch (Exception cause) when (cause is AskTimeoutException or OperationCanceledException)
        {
            return []; // who assigns shards cannot be reached; all of them are without an owner that answers
        }
    }

    private static string NameOf(Address address) => $"{address.Host}:{address.Port}";
}
