using System.Diagnostics;
using Leasequery.Actors.Settings;

namespace Leasequery.Host.Persistence;

/// <summary>
/// Looks at the store before the actors start: what can be known to be wrong is said at once, by its key. A store that is away
/// holds nothing up.
/// </summary>
/// <remarks>
/// What another node seems to be against is waited for: one that lost its power counts as connected for a minute. A start that
/// failed at once, and was repeated without end, would in the end find a moment in which nobody is connected, and spread the
/// addresses anew under nodes that live.
/// </remarks>
internal sealed class StoreCheck(IJournalStore store, ILogger<StoreCheck> log) : IHostedService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private bool _isDone;

    /// <summary>How long those that may be dead are waited for.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>Looks; once is enough.</summary>
    /// <exception cref="SettingsException">The store cannot be used with these settings.</exception>
    public async Task CheckAsync(CancellationToken stop)
    {
        var isTold = false;
        for (var start = Stopwatch.StartNew(); !_isDone; await Task.Delay(Interval, stop))
        {
            try
            {
                await store.CheckAsync(stop);
                _isDone = true;
                return;
            }
            catch (SettingsException other) when (start.Elapsed < Patience)
            {
                if (!isTold)
                    log.LogWarning(
                        "{Problem}; waiting for up to {Patience} s: a node that lost its power counts as one that runs",
                        other.Message, Patience.TotalSeconds);
                isTold = true;
            }
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => CheckAsync(cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
