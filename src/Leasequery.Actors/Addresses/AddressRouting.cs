using System.Globalization;
using Akka.Cluster.Sharding;
using Leasequery.Actors.Locations;
using Leasequery.Wire;

namespace Leasequery.Actors.Addresses;

/// <summary>
/// Finds the shard and the entity of a message from its numeric address.
/// </summary>
internal sealed class AddressRouting(ShardMap shards) : IMessageExtractor
{
    /// <summary>The entity that every shard has once: its directory.</summary>
    public const string DirectoryEntity = "directory";

    /// <summary>The entity id of an address: <c>0a000001</c>.</summary>
    public static string EntityId(Ipv4Address address) => address.Value.ToString("x8", CultureInfo.InvariantCulture);

    /// <summary>The address of an entity id.</summary>
    public static bool TryReadEntityId(ReadOnlySpan<char> entityId, out Ipv4Address address)
    {
        var isRead = uint.TryParse(entityId, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            && entityId.Length == 8;
        address = new Ipv4Address(value);
        return isRead;
    }

    public string? EntityId(object message) => message switch
    {
        IAddressMessage addressed => EntityId(addressed.Address),
        IShardMessage sharded => $"{DirectoryEntity}-{sharded.Shard}",
        _ => null,
    };

    public object EntityMessage(object message) => message;

    public string? ShardId(object? message) => message switch
    {
        IAddressMessage addressed => shards.Name(shards.ShardOf(addressed.Address)),
        IShardMessage sharded => shards.Name(sharded.Shard),
        _ => null,
    };

    // The message, where it is at hand, spares reading the number back from its name.
    public string ShardId(string entityId, object? messageHint = null) =>
        ShardId(messageHint) is { } shardOfMessage ? shardOfMessage
        : TryReadEntityId(entityId, out var address) ? shards.Name(shards.ShardOf(address))
        : TryReadDirectoryId(entityId, out var shard) ? shards.Name(shard)
        : throw new ArgumentException($"'{entityId}' is no entity of ours", nameof(entityId));

    /// <summary>The shard of a directory's entity id.</summary>
    public static bool TryReadDirectoryId(ReadOnlySpan<char> entityId, out int shard)
    {
        shard = 0;
        return entityId.StartsWith($"{DirectoryEntity}-", StringComparison.Ordinal)
            && int.TryParse(entityId[(DirectoryEntity.Length + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out shard);
    }
}
