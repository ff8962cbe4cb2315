using System.Collections.Immutable;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace Leasequery.Actors.Tests.Upstream;

/// <summary>A journal in memory that takes events, or none.</summary>
internal sealed class UpstreamJournal : MemoryJournal
{
    private bool _isRejecting;

    protected override async Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellation) =>
        _isRejecting ? [.. messages.Select(_ => new IOException("rejected"))] : await base.WriteMessagesAsync(messages, cancellation);

    protected override bool ReceivePluginInternal(object message)
    {
        if (message is not Take take)
            return base.ReceivePluginInternal(message);
        _isRejecting = !take.Events;
        return true;
    }

    /// <summary>Whether events are taken from now on.</summary>
    public sealed record Take(bool Events);
}
