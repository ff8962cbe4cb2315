using Microsoft.Extensions.Hosting;

namespace Leasequery.Actors.Tests.Support;

/// <summary>The life of a host that has started, and stops when it is told to.</summary>
internal sealed class HostLifetime : IHostApplicationLifetime
{
    private readonly CancellationTokenSource _stopping = new();

    public CancellationToken ApplicationStarted { get; } = new(canceled: true);

    public CancellationToken ApplicationStopping => _stopping.Token;

    public CancellationToken ApplicationStopped => _stopping.Token;

    public void StopApplication() => _stopping.Cancel();
}
