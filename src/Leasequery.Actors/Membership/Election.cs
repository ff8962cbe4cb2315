using Leasequery.Wire;

namespace Leasequery.Actors.Membership;

/// <summary>What a node that is in no cluster yet should do.</summary>
/// <param name="Seeds">Join the cluster that these belong to; empty: there is none yet.</param>
/// <param name="Forms">True when this node forms the cluster.</param>
internal readonly record struct ElectionResult(IReadOnlyList<Ipv4Endpoint> Seeds, bool Forms);

/// <summary>
/// Who forms the cluster when nodes start: of the seeds that are there the one with the lowest address, once more than half of
/// all nodes vote for it. Whoever belongs to a cluster already is joined instead. A pure state machine: calls, answers and times
/// go in.
/// </summary>
/// <remarks>
/// A vote binds the voter for <see cref="VoteTime"/>, and the candidate counts it only for half as long, from when it asked. Any
/// two majorities share a node, and that node has one vote at a time. So nodes that start at once form one cluster, whatever
/// each of them sees of the others; and the death of the first of them does not keep the rest from it.
/// </remarks>
/// <param name="self">This node.</param>
/// <param name="nodes">How many nodes there are to be; 0: as many as there are seeds, and only those have a vote.</param>
/// <param name="clock">Tells the time.</param>
internal sealed class Election(Ipv4Endpoint self, int nodes, TimeProvider clock)
{
    /// <summary>How long a vote binds.</summary>
    public static readonly TimeSpan VoteTime = TimeSpan.FromSeconds(5);

    /// <summary>How long a node listens for lower ones before it votes for itself.</summary>
    public static readonly TimeSpan ListenTime = TimeSpan.FromSeconds(1);

    private readonly long _start = clock.GetTimestamp();
    private readonly Dictionary<Ipv4Endpoint, long> _heard = [];
    private readonly Dictionary<Ipv4Endpoint, Answer> _answers = [];
    private Ipv4Endpoint _vote;
    private long? _votedAt;

    /// <summary>What the names of seeds stand for now.</summary>
    public SeedsFound Seeds { get; set; } = SeedsFound.None;

    /// <summary>
    /// Who has called or answered. They are called as seeds are: whoever got the vote of this node may form a cluster with it,
    /// and this node may not know the name of that one yet.
    /// </summary>
    public IEnumerable<Ipv4Endpoint> Heard => _heard.Keys;

    /// <summary>Somebody calls who is in no cluster.</summary>
    /// <returns>True when it gets the vote of this node.</returns>
    public bool OnCall(Ipv4Endpoint caller)
    {
        _heard[caller] = clock.GetTimestamp();
        return VoteFor(caller);
    }

    /// <summary>Somebody answers a call of this node.</summary>
    public void OnPresent(Ipv4Endpoint node, long calledAt, bool isMember, bool votes)
    {
        _heard[node] = clock.GetTimestamp();
        _answers[node] = new Answer(calledAt, isMember, votes);
    }

    /// <summary>What to do now.</summary>
    public ElectionResult Decide()
    {
        var lately = _answers.Where(entry => IsWithin(entry.Value.CalledAt, VoteTime / 2)).ToArray();
        var members = lately
            .Where(entry => entry.Value.IsMember)
            .Select(entry => entry.Key)
            .Order(EndpointOrder.Instance)
            .ToArray();
        if (members.Length > 0)
            return new ElectionResult(members, false);
        var forSelf = lately.Where(entry => entry.Value.Votes).Select(entry => entry.Key);
        if (VoteFor(self))
            forSelf = forSelf.Append(self);
        var isElected = Seeds.AreMoreThanHalf(forSelf, nodes);
        return new ElectionResult([], isElected && _vote == self && Seeds.Nodes.Contains(self));
    }

    // The lowest seed that was heard of lately gets the vote. A vote that was given to another binds for its time, also when the
    // other is no longer the lowest and gets it no more.
    private bool VoteFor(Ipv4Endpoint candidate)
    {
        var isBoundToAnother = _votedAt is { } at && IsWithin(at, VoteTime) && _vote != candidate;
        var lowest = _heard.Where(entry => IsWithin(entry.Value, VoteTime)).Select(entry => entry.Key).Append(self)
            .Where(Seeds.MayInclude)
            .Order(EndpointOrder.Instance)
            .Cast<Ipv4Endpoint?>()
            .FirstOrDefault();
        if (isBoundToAnother || lowest != candidate || (candidate == self && IsWithin(_start, ListenTime)))
            return false;
        (_vote, _votedAt) = (candidate, clock.GetTimestamp());
        return true;
    }

    private bool IsWithin(long time, TimeSpan limit) => clock.GetElapsedTime(time) < limit;

    private readonly record struct Answer(long CalledAt, bool IsMember, bool Votes);
}

/// <summary>Endpoints by address, then by port, as numbers.</summary>
internal sealed class EndpointOrder : IComparer<Ipv4Endpoint>
{
    public static readonly EndpointOrder Instance = new();

    public int Compare(Ipv4Endpoint one, Ipv4Endpoint other) =>
        one.Address == other.Address ? one.Port.CompareTo(other.Port) : one.Address.Value.CompareTo(other.Address.Value);
}
