using System.Collections.Concurrent;
using Leasequery.Actors.Serialization;
using Leasequery.Actors.Stores;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;

namespace Leasequery.Actors.Tests.Support;

/// <summary>An archive whose readings end as a test says.</summary>
internal sealed class FakeArchive : IBindingArchive
{
    private readonly BlockingCollection<Reading> _begun = [];

    public Task ReadNewestAsync(IReadOnlyList<(Ipv4Address First, Ipv4Address Last)> ranges, TakeStoredEvent take,
        CancellationToken stop)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reading = new Reading(ranges, Storing(take), stop, end);
        _begun.Add(reading);
        return end.Task;
    }

    // As a store would hand it over.
    private static Action<Binding, long> Storing(TakeStoredEvent take) => (binding, number) =>
    {
        var bytes = new byte[BindingCodec.SizeOf(binding)];
        BindingCodec.Write(binding, bytes);
        take(LeasequerySerializer.LeaseBoundV1, bytes, number);
    };

    public Reading NextReading() =>
        _begun.TryTake(out var reading, Some.Patience) ? reading : throw new TimeoutException("nobody reads the archive");

    public sealed record Reading(IReadOnlyList<(Ipv4Address First, Ipv4Address Last)> Ranges, Action<Binding, long> Take,
        CancellationToken Stop, TaskCompletionSource End);
}
