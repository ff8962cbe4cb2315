using Microsoft.Extensions.Hosting.Systemd;

namespace Leasequery.Host;

/// <summary>
/// Leaves SIGTERM and Ctrl-C to the command line, which hands a token to the service, and to the host that a web application
/// lives in. The lifetimes of the framework listen for signals themselves, and a signal that comes while a host starts cuts the
/// start in two: actors would never be made, or in a system that shuts down already. This way a start is always whole, and its
/// end orderly.
/// </summary>
/// <param name="lifetime">Says when the host has started, and when it begins to end.</param>
/// <param name="notifier">The service manager, where there is one that wants to be told.</param>
internal sealed class ToldByToken(IHostApplicationLifetime lifetime, ISystemdNotifier? notifier = null) : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        if (notifier is not null)
        {
            lifetime.ApplicationStarted.Register(() => notifier.Notify(ServiceState.Ready));
            lifetime.ApplicationStopping.Register(() => notifier.Notify(ServiceState.Stopping));
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
