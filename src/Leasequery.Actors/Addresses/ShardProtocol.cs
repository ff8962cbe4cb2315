using Akka.Actor;

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
/// Open --> Opened      at once; also keeps the directory in memory
/// </code>
/// </summary>
public static class ShardProtocol
{
    /// <summary>Wants the shard's blocks to be in the table of the node that owns the shard.</summary>
    /// <param name="Shard">The shard.</param>
    public sealed record Open(int Shard) : IShardMessage;

    /// <summary>How far the directory is.</summary>
    /// <param name="Shard">The shard.</param>
    /// <param name="IsComplete">True when the whole shard is in the table.</param>
    /// <param name="Problem">Why the last try to load it failed; empty when none did.</param>
    public sealed record Opened(int Shard, bool IsComplete, string Problem) : IShardMessage;

    /// <summary>
    /// What sharding tells each entity that shall stop, when it is idle or its shard is handed over. A message like any other,
    /// so that it waits for the event that is being stored: whoever is stopped at once would leave an event behind that enters
    /// the store after the shard's next owner has read it.
    /// </summary>
    internal sealed class Stop : INoSerializationVerificationNeeded
    {
        public static readonly Stop Instance = new();
    }
}
