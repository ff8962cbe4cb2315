using Leasequery.Wire;

namespace Leasequery.Actors.Membership;

/// <summary>Which part of a cluster speaks for it: more than half of the members, or the half with the lowest address.</summary>
internal static class Majority
{
    /// <summary>
    /// The latest time as of which such a part has confirmed this node; <see cref="long.MinValue"/> when none has.
    /// </summary>
    /// <param name="members">All members, in the order by which Akka finds the lowest address.</param>
    /// <param name="self">This node, which confirms itself.</param>
    /// <param name="now">When.</param>
    /// <param name="confirmed">When each of the others was asked what it confirmed.</param>
    public static long ConfirmedAt(IReadOnlyList<Ipv4Endpoint> members, Ipv4Endpoint self, long now,
        IReadOnlyDictionary<Ipv4Endpoint, long> confirmed)
    {
        if (!members.Contains(self))
            return long.MinValue;
        var latestFirst = members
            .Select(member => (Node: member, At: member == self ? now : confirmed.GetValueOrDefault(member, long.MinValue)))
            .OrderByDescending(entry => entry.At)
            .ToArray();
        var byMost = latestFirst[members.Count / 2].At; // the first of those that are more than half together with all before it
        if (members.Count % 2 != 0)
            return byMost;
        var lowestAt = latestFirst.First(entry => entry.Node == members[0]).At;
        return Math.Max(byMost, Math.Min(latestFirst[members.Count / 2 - 1].At, lowestAt));
    }
}
