namespace Leasequery.Host.Persistence;

/// <summary>
/// Looks at the store before the actors start: what can be known to be wrong is said at once, by its key. A store that is away
/// holds nothing up.
/// </summary>
internal sealed class StoreCheck(IJournalStore store) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => store.CheckAsync(cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
