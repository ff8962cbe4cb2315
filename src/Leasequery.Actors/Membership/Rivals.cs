using Leasequery.Wire;

namespace Leasequery.Actors.Membership;

/// <summary>
/// Seeds that belong to another cluster. There may be one: who has a majority of the members goes on, who has a majority of all
/// nodes forms a cluster, and the two need share nobody. A member that was left alone with the lowest address has the one, those
/// that start while nobody hears it the other. When they hear each other again one of the two ends, and its nodes join the other
/// when they are started again. A pure state machine, as <see cref="Election"/> is.
/// </summary>
/// <remarks>
/// Each node decides by itself. How long it bears with another cluster depends on what its own is: less than half of all nodes
/// give way before more than half do, and of two that are alike the one without the lowest seed first. Who outlasts the others
/// hears of them no more. So no node has to know how many the others are, and not both sides end.
/// In every cluster a node may for a moment be a member that does not know another one, which joins, leaves or was given up: that
/// is shorter than any of these times.
/// </remarks>
/// <param name="nodes">How many nodes there are to be; 0: as many as there are seeds.</param>
/// <param name="clock">Tells the time.</param>
internal sealed class Rivals(int nodes, TimeProvider clock)
{
    /// <summary>The shortest time that a node bears with another cluster; the others are twice and four times as long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    // Calls go out twice a second.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    private readonly Dictionary<Ipv4Endpoint, Rival> _rivals = [];

    /// <summary>A seed outside of the own cluster answers a call.</summary>
    public void OnPresent(Ipv4Endpoint node, bool isRival)
    {
        var now = clock.GetTimestamp();
        if (!isRival)
            _rivals.Remove(node);
        else
            _rivals[node] = _rivals.TryGetValue(node, out var known) && IsHeard(known)
                ? known with { HeardAt = now }
                : new Rival(now, now);
    }

    /// <summary>Whom this node makes room for: then it is to end. Empty: nobody.</summary>
    /// <param name="members">The members that are up.</param>
    /// <param name="seeds">What the names of seeds stand for now.</param>
    public IReadOnlyList<Ipv4Endpoint> MakeRoomFor(IReadOnlyCollection<Ipv4Endpoint> members, SeedsFound seeds)
    {
        var heard = _rivals.Where(entry => !members.Contains(entry.Key) && IsHeard(entry.Value)).ToArray();
        if (heard.Length == 0)
            return [];
        var lowest = heard.Select(entry => entry.Key).Concat(members.Intersect(seeds.Nodes)).Min(EndpointOrder.Instance);
        var patience = (seeds.AreMoreThanHalf(members, nodes), members.Contains(lowest)) switch
        {
            (true, true) => TimeSpan.MaxValue,
            (true, false) => Patience * 4,
            (false, true) => Patience * 2,
            (false, false) => Patience,
        };
        return heard.Any(entry => clock.GetElapsedTime(entry.Value.Since) >= patience)
            ? [.. heard.Select(entry => entry.Key).Order(EndpointOrder.Instance)]
            : [];
    }

    private bool IsHeard(Rival rival) => clock.GetElapsedTime(rival.HeardAt) < Silence;

    private readonly record struct Rival(long Since, long HeardAt);
}
