using System.Collections.Concurrent;
using Leasequery.Actors.Stores;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;

namespace Leasequery.Actors.Tests.Support;

/// <summary>An archive whose readings end as a test says.</summary>
internal sealed class FakeArchive : IBindingArchive
{
    private readonly BlockingCollection<Reading> _begun = [];

    public Task ReadNewestAsync(IReadOnlyList<(Ipv4Address First, Ipv4Address Last)> ranges, Action<Binding, long> take,
        CancellationToken stop)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reading = new Reading(ranges, take, stop, end);
        _begun.Add(reading);
        return end.Task;
    }

    public Reading NextReading() =>
        _begun.TryTake(out var reading, Some.Patience) ? reading : throw new TimeoutException("nobody reads the archive");

    public sealed record Reading(IReadOnlyList<(Ipv4Address First, Ipv4Address Last)> Ranges, Action<Binding, long> Take,
        CancellationToken Stop, TaskCompletionSource End);
}
