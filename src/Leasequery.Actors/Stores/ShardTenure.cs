namespace Leasequery.Actors.Stores;

/// <summary>
/// One stay of a shard with a node, as the store counts stays. What the node stores for the shard carries it, and once a later
/// stay has begun, here or elsewhere, the store refuses it: whoever read the shard for the later stay would not hear of it.
/// </summary>
/// <param name="shard">The shard.</param>
/// <param name="epoch">The store's number of this stay.</param>
public sealed class ShardTenure(int shard, long epoch)
{
    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>In a store that one process owns: nobody else begins a stay.</summary>
    public static ShardTenure Endless { get; } = new(-1, 0);

    /// <summary>The shard.</summary>
    public int Shard => shard;

    /// <summary>The store's number of this stay: larger than those of all earlier ones.</summary>
    public long Epoch => epoch;

    /// <summary>True when nobody counts, and nothing is to be compared.</summary>
    public bool IsEndless => ReferenceEquals(this, Endless);

    /// <summary>Done when the store turned out to count a later stay.</summary>
    public Task Lost => _lost.Task;

    /// <summary>The store counts a later stay.</summary>
    public void Lose() => _lost.TrySetResult();
}
