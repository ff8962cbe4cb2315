using Leasequery.Wire;

namespace Leasequery.Actors.Ingress;

/// <summary>
/// Where the service listens, for those outside the actors: whoever waits for the start, and the readiness check.
/// </summary>
public sealed class IngressStatus
{
    private readonly TaskCompletionSource<IReadOnlyList<Ipv4Endpoint>> _opened =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isOpen;

    /// <summary>
    /// The endpoints, with the ports they got, once the sockets are open for the first time; failed when they cannot be.
    /// </summary>
    public Task<IReadOnlyList<Ipv4Endpoint>> Endpoints => _opened.Task;

    /// <summary>True while datagrams are taken.</summary>
    public bool IsOpen => _isOpen;

    /// <summary>False on a node that only owns addresses.</summary>
    public bool HasSockets { get; private set; } = true;

    /// <summary>What may be wrong with where it listens, in words; null when nothing is.</summary>
    public string? Doubt { get; internal set; }

    internal void Opened(IReadOnlyList<Ipv4Endpoint> endpoints)
    {
        _isOpen = true;
        _opened.TrySetResult(endpoints);
    }

    /// <summary>The sockets could not be opened.</summary>
    /// <returns>True when it is the first try: whoever waits for the start is told, and decides what to do.</returns>
    internal bool Failed(Exception cause) => _opened.TrySetException(cause);

    /// <summary>This node has no sockets: others have.</summary>
    internal void NotHere()
    {
        HasSockets = false;
        _opened.TrySetResult([]);
    }

    internal void Closed() => _isOpen = false;
}
