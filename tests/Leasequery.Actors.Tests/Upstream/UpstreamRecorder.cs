using System.Collections.Concurrent;
using Akka.Actor;
using Leasequery.Actors.Tests.Support;

namespace Leasequery.Actors.Tests.Upstream;

/// <summary>Stands for an actor, and keeps what it is told with the time of it.</summary>
internal sealed class UpstreamRecorder(ActorSystem system, VirtualClock clock, string name) : MinimalActorRef
{
    private readonly ConcurrentQueue<(TimeSpan At, object Message)> _told = [];

    public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems) / name;

    public override IActorRefProvider Provider => ((ExtendedActorSystem)system).Provider;

    /// <summary>What it was told since the last time.</summary>
    public IEnumerable<(TimeSpan At, T Message)> Take<T>()
    {
        while (_told.TryDequeue(out var told))
            yield return (told.At, Assert.IsType<T>(told.Message));
    }

    protected override void TellInternal(object message, IActorRef sender) => _told.Enqueue((clock.Elapsed, message));
}
