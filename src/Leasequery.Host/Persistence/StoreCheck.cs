using System.Diagnostics;
using Leasequery.Actors;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Stores;

namespace Leasequery.Host.Persistence;

/// <summary>
/// Looks at the store before the actors start: what can be known to be wrong is said at once, by its key. A store that is away
/// holds nothing up; it is looked for until it was reached once, and whoever must not go on without it hears of it.
/// </summary>
/// <remarks>
/// What another node seems to be against is waited for: one that lost its power counts as connected for a minute. A start that
/// failed at once, and was repeated without end, would in the end find a moment in which nobody is connected, and spread the
/// addresses anew under nodes that live.
/// </remarks>
internal sealed class StoreCheck(IJournalStore store, StoreHealth health, ServiceEnd end, ILogger<StoreCheck> log)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _away = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _looking;

    /// <summary>How long those that may be dead are waited for.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>Looks, and goes on to look in the background while the store is away; once is enough.</summary>
    /// <exception cref="SettingsException">The store cannot be used with these settings.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _looking ??= LookAsync(_stop.Token);
        await (await Task.WhenAny(_looking, _away.Task).WaitAsync(cancellationToken));
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        if (_looking is not null)
            await _looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Ends the look also where the host that was told to end has never started.</summary>
    public void Dispose() => _stop.Cancel();

    private async Task LookAsync(CancellationToken stop)
    {
        for (Stopwatch? refused = null; ; await Task.Delay(Interval, stop))
        {
            try
            {
                await store.CheckAsync(stop);
                health.ReportReached();
                return;
            }
            catch (SettingsException other) when (refused is null || refused.Elapsed < Patience)
            {
                if (refused is null)
                    log.LogWarning(
                        "{Problem}; waiting for up to {Patience} s: a node that lost its power counts as one that runs",
                        other.Message, Patience.TotalSeconds);
                refused ??= Stopwatch.StartNew();
            }
            catch (SettingsException other) when (_away.Task.IsCompleted) // what the start did not wait for
            {
                end.Refuse(other);
                return;
            }
            catch (Exception cause) when (cause is not (SettingsException or OperationCanceledException))
            {
                health.ReportAbsence(cause);
                refused = null;
                _away.TrySetResult();
            }
        }
    }
}
