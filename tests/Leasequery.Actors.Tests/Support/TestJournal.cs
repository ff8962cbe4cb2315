using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace Leasequery.Actors.Tests.Support;

/// <summary>A journal in memory that stores, refuses, breaks or waits, as a test tells it.</summary>
internal sealed class TestJournal : MemoryJournal
{
    private object _doing = Store.Instance;
    private TaskCompletionSource _held = new();

    protected override async Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages,
        CancellationToken cancellation)
    {
        switch (_doing)
        {
            case Reject:
                return [.. messages.Select(_ => new IOException("rejected"))];
            case Fail:
                throw new IOException("failed");
            case Hold hold:
                hold.Watcher.Tell(Held.Instance);
                await _held.Task;
                break;
        }

        return await base.WriteMessagesAsync(messages, cancellation);
    }

    protected override bool ReceivePluginInternal(object message)
    {
        switch (message)
        {
            case Release:
                _doing = Store.Instance;
                _held.SetResult();
                return true;
            case Store or Reject or Fail or Hold:
                _doing = message;
                _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return true;
            default:
                return base.ReceivePluginInternal(message);
        }
    }

    /// <summary>Stores what comes.</summary>
    public sealed class Store
    {
        public static readonly Store Instance = new();
    }

    /// <summary>Takes no event, but lives: the event is at fault.</summary>
    public sealed class Reject
    {
        public static readonly Reject Instance = new();
    }

    /// <summary>Breaks on each write: nobody knows what was stored.</summary>
    public sealed class Fail
    {
        public static readonly Fail Instance = new();
    }

    /// <summary>Says <see cref="Held"/> at each write and does it after <see cref="Release"/>.</summary>
    public sealed record Hold(IActorRef Watcher) : INoSerializationVerificationNeeded;

    public sealed class Held
    {
        public static readonly Held Instance = new();
    }

    public sealed class Release
    {
        public static readonly Release Instance = new();
    }
}
