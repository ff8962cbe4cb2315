using Akka.Actor;

namespace Leasequery.Actors.Tests.Serialization;

/// <summary>
/// An actor as messages name it, by its path. Of no actor system, so that messages with it are values, and of none of its
/// incarnations, so that their bytes are the same in every run.
/// </summary>
internal sealed class Asker : MinimalActorRef
{
    /// <summary>The actor system that finds it.</summary>
    public const string System = LeasequeryHosting.SystemName;

    public static readonly Asker Instance = new();

    public override ActorPath Path { get; } = ActorPath.Parse($"akka://{System}/user/asker");

    public override IActorRefProvider Provider => throw new NotSupportedException("a path, and nobody behind it");
}
