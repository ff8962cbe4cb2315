using System.Diagnostics;
using Akka.Actor;
using Akka.Cluster;
using Leasequery.Actors.Forwarding;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Settings;

namespace Leasequery.Actors.Addresses;

/// <summary>
/// Gives the shards of a node that leaves to others while it is still a member, a few at a time (<see
/// cref="CarefulAllocation"/>). Akka would stop all of them at once and then find owners for one after the other, each told to
/// every node before the next: the last ones would be silent for most of a second. And where the coordinator lives on the node
/// that leaves, those that have no owner yet would be silent until it is somewhere else, which takes another one.
/// </summary>
/// <param name="system">The node.</param>
/// <param name="announcer">The <see cref="DepartureActor"/> of the node.</param>
/// <param name="departures">Who else leaves.</param>
/// <param name="owners">Where the shards are.</param>
/// <param name="shards">How many there are.</param>
internal sealed class ShardHandOver(ActorSystem system, IActorRef announcer, Departures departures, ShardOwners owners,
    int shards)
{
    /// <summary>It gives up after so long; what is left then goes Akka's way.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(8);

    // A step takes a fraction of that. While the store is away, for one, no shard moves.
    private static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(system);
    private readonly Func<Address, Akka.Util.AppVersion?> _versionOf = ServiceVersion.Of(system);

    /// <summary>
    /// Done when others own all shards, when there is nobody who would take them, or when it does not go on.
    /// </summary>
    public async Task RunAsync()
    {
        var (start, moved, movedAt) = (Stopwatch.GetTimestamp(), 0, Stopwatch.GetTimestamp());
        var others = Others();
        if (!_cluster.SelfRoles.Contains(NodeRoleNames.Address) || others.Length == 0 || !Array.TrueForAll(others, Understands))
            return;
        do
        {
            // Again and again, as a word may get lost; and to those that leave, too: one of them may be who assigns shards.
            announcer.Tell(new DepartureActor.Announce(others));
            owners.Want(); // asks where they are
            await Task.Delay(Interval);
            if (OwnedByOthers() is var now && now > moved)
                (moved, movedAt) = (now, Stopwatch.GetTimestamp());
            others = Others();
        }
        while (others.Any(node => !departures.Include(node)) && moved < shards
            && Stopwatch.GetElapsedTime(movedAt) < LongestStep && Stopwatch.GetElapsedTime(start) < Longest);
    }

    // A node that the cluster has given up sees its state no longer change, and nobody takes anything from it.
    private Address[] Others() => _cluster.IsTerminated || _cluster.SelfMember.Status is MemberStatus.Down ? [] :
    [
        .. _cluster.State.Members.Except(_cluster.State.Unreachable)
            .Where(member => member.Status is MemberStatus.Up or MemberStatus.WeaklyUp && member.HasRole(NodeRoleNames.Address)
                && member.UniqueAddress != _cluster.SelfUniqueAddress)
            .Select(member => member.Address),
    ];

    // Any of them may be the one that assigns shards.
    private bool Understands(Address node) => _versionOf(node) is { } version && ServiceVersion.TakesLeaving(version);

    private int OwnedByOthers() =>
        Enumerable.Range(0, shards).Count(shard => owners.NodeOf(shard) is { HasLocalScope: false });
}
