using Leasequery.Actors.Addresses;
using Leasequery.Actors.Ingress;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Stores;
using Leasequery.Wire;

namespace Leasequery.Actors;

/// <summary>
/// Whether this node does what its roles ask of it, whether it should be sent queries, and if not, why. What counts is whether
/// another node would do better: what ails all of them alike, such as shards that are on their way to a new owner, must not take
/// all of them out of a load balancer.
/// </summary>
public sealed class Readiness(IngressStatus ingress, ShardProgress shards, StoreHealth store, NodeStanding standing, Touch touch,
    ServiceEnd end)
{
    /// <summary>Done when the service answers everything that the store knows; failed when it cannot start.</summary>
    /// <returns>The endpoints that it listens on.</returns>
    /// <exception cref="OperationCanceledException">The host stops before that, as it does when the service ends.</exception>
    public async Task<IReadOnlyList<Ipv4Endpoint>> WaitAsync(CancellationToken cancellation = default)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(end.Stopping, cancellation);
        var endpoints = await ingress.Endpoints.WaitAsync(over.Token);
        await standing.Joined.WaitAsync(over.Token);
        await shards.Completed.WaitAsync(over.Token);
        return endpoints;
    }

    /// <summary>
    /// Why this node should not be sent queries; empty when it should. One without sockets never should, and may be as well as
    /// can be.
    /// </summary>
    public IReadOnlyList<string> ObstaclesToQueries() => ingress.HasSockets
        ? Obstacles()
        : ["this node has no sockets (leasequery.cluster.roles): others are asked", .. Obstacles()];

    /// <summary>Why this node does not do its part; empty when it does.</summary>
    public IReadOnlyList<string> Obstacles()
    {
        var obstacles = new List<string>();
        if (ingress is { HasSockets: true, IsOpen: false })
            obstacles.Add("the sockets are not open");
        switch (standing.Current)
        {
            case Standing.Waiting:
                obstacles.Add("the node joins its cluster once it has reached its store"
                    + (store.Absence is { } why ? $": {why}" : ""));
                break;
            case Standing.Looking:
                obstacles.Add("no cluster is found yet, and too few nodes to form one");
                break;
            case Standing.Joining:
                obstacles.Add("the node joins its cluster");
                break;
            case Standing.Leaving:
                obstacles.Add("the node hands over its shards and ends");
                break;
            case Standing.Member when !touch.Holds:
                obstacles.Add($"no majority of the cluster was heard of for {touch.Silence.TotalSeconds:0} s: "
                    + "others may own its addresses by now");
                break;
        }

        if (!shards.Completed.IsCompleted || shards.Complete * 2 <= shards.Shards)
            obstacles.Add(LoadedShards());
        return obstacles;
    }

    /// <summary>
    /// What is not as it should be, but does not keep the node from answering: without its store it still tells what it knows,
    /// without some of the shards what is in the others, and without the answers of DHCP servers what was gleaned.
    /// </summary>
    public IReadOnlyList<string> Impairments()
    {
        var impairments = new List<string>();
        if (shards.Completed.IsCompleted && !shards.IsComplete && shards.Complete * 2 > shards.Shards)
            impairments.Add(LoadedShards());
        if (store.Failure is { } failure)
            impairments.Add($"the store takes no events: {failure}");
        if (ingress.Doubt is { } doubt)
            impairments.Add(doubt);
        return impairments;
    }

    private string LoadedShards() =>
        $"{shards.Complete} of {shards.Shards} shards are loaded{(shards.Problem.Length > 0 ? $": {shards.Problem}" : "")}";
}
