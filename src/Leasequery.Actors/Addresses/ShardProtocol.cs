namespace Leasequery.Actors.Addresses;

/// <summary>A message to the directory of one shard.</summary>
public interface IShardMessage
{
    /// <summary>The shard.</summary>
    int Shard { get; }
}

/// <summary>
/// The conversation with the directory of a shard:
/// <code>
/// Open --> Opened      at once; also starts the directory
/// </code>
/// </summary>
public static class ShardProtocol
{
    /// <summary>The longest <see cref="Opened.Problem"/>: databases put whole statements into theirs.</summary>
    public const int MaxProblem = 1000;

    /// <summary>Wants the shard's blocks to be in the table of the node that owns the shard.</summary>
    /// <param name="Shard">The shard.</param>
    public sealed record Open(int Shard) : IShardMessage;

    /// <summary>How far the directory is.</summary>
    /// <param name="Shard">The shard.</param>
    /// <param name="IsComplete">True when the whole shard is in the table.</param>
    /// <param name="Problem">Why the last try to load it failed; empty when none did.</param>
    public sealed record Opened(int Shard, bool IsComplete, string Problem) : IShardMessage;
}
