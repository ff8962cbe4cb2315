using Akka.Actor;
using Leasequery.Actors.Settings;
using Microsoft.Extensions.Hosting;

namespace Leasequery.Actors;

/// <summary>
/// Whether the service ended by itself. Akka ends a node for reasons of its own: the cluster gave it up, a connection met a
/// certificate that it does not trust, an actor that all others depend on failed. The host ends with it, and to the host that
/// looks as if somebody had told it to. But nobody did, and the node is to be started again.
/// </summary>
public sealed class ServiceEnd(IHostApplicationLifetime lifetime)
{
    private volatile string? _unplanned;

    /// <summary>
    /// Why it ended, in some words; null while it runs, and where it was told to end: by its host, or by somebody who told the
    /// node to leave its cluster. Known once the host begins to stop.
    /// </summary>
    public string? Unplanned => _unplanned;

    /// <summary>The setting that it ended for, where starting it again does not help; else null.</summary>
    public SettingsException? Refusal { get; private set; }

    /// <summary>Cancelled when the host begins to stop, whoever told it to.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;

    /// <summary>Ends the service for a setting that turned out to be wrong after the start.</summary>
    public void Refuse(SettingsException wrong)
    {
        Refusal = wrong;
        _unplanned = wrong.Message;
        lifetime.StopApplication();
    }

    // The host is told after the actors have ended, when they end by themselves; before they begin to, when the host ends them.
    internal void Watch(ActorSystem system)
    {
        var shutdown = CoordinatedShutdown.Get(system);
        lifetime.ApplicationStopping.Register(() =>
            _unplanned ??= Describe(shutdown.ShutdownReason, system.WhenTerminated.IsCompleted));
    }

    private static string? Describe(CoordinatedShutdown.Reason? reason, bool hasEnded) => reason switch
    {
        null => hasEnded ? "the actors ended by themselves" : null,
        CoordinatedShutdown.ClusterLeavingReason => null,
        CoordinatedShutdown.ClusterDowningReason or CoordinatedShutdown.ClusterJoinUnsuccessfulReason =>
            "the cluster went on without this node: it was not heard of for too long, or was in a cluster of its own",
        _ => $"the actors ended by themselves ({reason.GetType().Name})",
    };
}
