namespace Leasequery.EndToEnd.Tests.Cluster;

/// <summary>Who wants to be a node and is none of ours; its number, behind those of the nodes.</summary>
public enum Stranger
{
    /// <summary>Its certificate is of another authority. It trusts ours, so it is up to us to refuse it.</summary>
    OfAnotherAuthority = ClusterNetwork.Count + 1,

    /// <summary>The same, and it would not speak to us either. A member may not speak to it.</summary>
    OfAnotherCluster,

    /// <summary>It has none and talks in the clear.</summary>
    InTheClear,
}
