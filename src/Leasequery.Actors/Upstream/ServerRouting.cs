using Akka.Cluster.Sharding;

namespace Leasequery.Actors.Upstream;

/// <summary>Each server is an entity with a shard of its own: sharding sees to it that the cluster has one of it.</summary>
internal sealed class ServerRouting : IMessageExtractor
{
    public string? EntityId(object message) => (message as IServerMessage)?.Server;

    public object EntityMessage(object message) => message;

    public string? ShardId(object message) => (message as IServerMessage)?.Server;

    public string ShardId(string entityId, object? messageHint = null) => entityId;
}
