using System.Collections.Concurrent;
using Leasequery.Actors.Serialization;
using Leasequery.Actors.Stores;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;

namespace Leasequery.Actors.Tests.Support;

/// <summary>An archive whose readings end as a test says. Shards are taken at once unless it holds them.</summary>
internal sealed class FakeArchive : IBindingArchive
{
    private readonly BlockingCollection<Reading> _begun = [];
    private readonly ConcurrentQueue<ShardTenure> _taken = [];
    private readonly ConcurrentQueue<ShardTenure> _released = [];

    /// <summary>The stays that have begun.</summary>
    public IReadOnlyCollection<ShardTenure> Taken => _taken;

    /// <summary>The stays that are over.</summary>
    public IReadOnlyCollection<ShardTenure> Released => _released;

    /// <summary>Done when shards may be taken.</summary>
    public Task MayTake { get; set; } = Task.CompletedTask;

    public async Task<ShardTenure> TakeAsync(int shard, CancellationToken stop)
    {
        await MayTake; // does not look whether it should stop: the worst that a store may do
        var tenure = new ShardTenure(shard, _taken.Count + 1);
        _taken.Enqueue(tenure);
        return tenure;
    }

    public void Release(ShardTenure tenure) => _released.Enqueue(tenure);

    public Task ReadNewestAsync(IReadOnlyList<(Ipv4Address First, Ipv4Address Last)> ranges, TakeStoredEvent take,
        CancellationToken stop)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reading = new Reading(ranges, take, stop, end);
        _begun.Add(reading);
        return end.Task;
    }

    /// <summary>True when somebody reads.</summary>
    public bool IsRead => _begun.Count > 0;

    public Reading NextReading() =>
        _begun.TryTake(out var reading, Some.Patience) ? reading : throw new TimeoutException("nobody reads the archive");

    public sealed record Reading(IReadOnlyList<(Ipv4Address First, Ipv4Address Last)> Ranges, TakeStoredEvent TakeRow,
        CancellationToken Stop, TaskCompletionSource End)
    {
        /// <summary>Hands a binding over as a store would.</summary>
        public void Take(Binding binding, long number)
        {
            var bytes = new byte[BindingCodec.SizeOf(binding)];
            BindingCodec.Write(binding, bytes);
            TakeRow(LeasequerySerializer.LeaseBoundV1, bytes, number);
        }
    }
}
