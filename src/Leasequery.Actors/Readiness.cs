using Leasequery.Actors.Addresses;
using Leasequery.Actors.Ingress;
using Leasequery.Actors.Stores;
using Leasequery.Wire;

namespace Leasequery.Actors;

/// <summary>Whether this node should be sent queries, and if not, why.</summary>
public sealed class Readiness(IngressStatus ingress, ShardProgress shards, StoreHealth store)
{
    /// <summary>Done when the service answers everything that the store knows; failed when it cannot start.</summary>
    /// <returns>The endpoints that it listens on.</returns>
    public async Task<IReadOnlyList<Ipv4Endpoint>> WaitAsync(CancellationToken cancellation = default)
    {
        var endpoints = await ingress.Endpoints.WaitAsync(cancellation);
        await shards.Completed.WaitAsync(cancellation);
        return endpoints;
    }

    /// <summary>Why this node should not be sent queries; empty when it should.</summary>
    public IReadOnlyList<string> Obstacles()
    {
        var obstacles = new List<string>();
        if (!ingress.IsOpen)
            obstacles.Add("the sockets are not open");
        if (!shards.IsComplete)
            obstacles.Add($"{shards.Complete} of {shards.Shards} shards are loaded{(shards.Problem.Length > 0 ? $": {shards.Problem}" : "")}");
        return obstacles;
    }

    /// <summary>
    /// What is not as it should be, but does not keep the node from answering: without its store it still tells what it knows.
    /// </summary>
    public IReadOnlyList<string> Impairments() => store.Failure is { } failure ? [$"the store takes no events: {failure}"] : [];
}
