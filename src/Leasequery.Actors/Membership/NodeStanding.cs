namespace Leasequery.Actors.Membership;

/// <summary>Where this node is on its way through the cluster, for those outside the actors.</summary>
public sealed class NodeStanding
{
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Standing _current = Standing.Looking;

    /// <summary>Where it is.</summary>
    public Standing Current => _current;

    /// <summary>Done when it is a member for the first time.</summary>
    public Task Joined => _joined.Task;

    // Who is no member yet may have to look again. From then on there is no way back, also where two tell of it at once.
    internal void MoveTo(Standing next)
    {
        lock (_joined)
            if (next > _current || _current < Standing.Member)
                _current = next;
        if (next == Standing.Member)
            _joined.TrySetResult();
    }
}

/// <summary>The stations, in their order.</summary>
public enum Standing
{
    /// <summary>It has not reached its store yet, and joins nobody before it has.</summary>
    Waiting,

    /// <summary>It looks for other nodes.</summary>
    Looking,

    /// <summary>It has found a cluster, or forms one, and is not yet a member.</summary>
    Joining,

    /// <summary>It is a member.</summary>
    Member,

    /// <summary>It hands over its shards and ends.</summary>
    Leaving,
}
