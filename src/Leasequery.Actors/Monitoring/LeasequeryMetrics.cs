using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Stores;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;
using Microsoft.Extensions.Logging;

namespace Leasequery.Actors.Monitoring;

/// <summary>
/// The service's metrics (System.Diagnostics.Metrics, meter <see cref="MeterName"/>). All are observed: the threads count for
/// themselves, and somebody who collects pays for the sum.
/// </summary>
public sealed class LeasequeryMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Leasequery";

    private readonly Meter _meter = new(MeterName);
    private readonly ConcurrentBag<DatagramCounters> _threads = [];
    private readonly ILogger<LeasequeryMetrics> _log;
    private long _liveActors;
    private long _recoveryFailures;
    private long _eventsStored;

    /// <summary>Makes the instruments.</summary>
    public LeasequeryMetrics(LocationTable table, StoreHealth store, ILogger<LeasequeryMetrics> log)
    {
        _log = log;
        _meter.CreateObservableCounter("leasequery.datagrams", () => Enum.GetValues<DatagramKind>().Select(kind =>
            Measure(Sum(thread => thread.Count(kind)), ("kind", kind.ToString().ToLowerInvariant()))),
            description: "Datagrams received, by kind");
        _meter.CreateObservableCounter("leasequery.drops", () => DropReason.All.Select(reason =>
            Measure(Dropped(reason), ("reason", reason.Label))),
            description: "Datagrams dropped, by reason");
        _meter.CreateObservableCounter("leasequery.answers", () => from dialect in Enum.GetValues<LeasequeryDialect>()
                                                                  from outcome in Enum.GetValues<LeasequeryOutcome>()
                                                                  select Measure(Sum(thread => thread.Count(dialect, outcome)),
                                                                      ("dialect", dialect.Name()), ("outcome", outcome.ToString().ToLowerInvariant())),
            description: "Answers sent, by dialect and outcome");
        _meter.CreateObservableCounter("leasequery.queries", () => new[]
        {
            Measure(Sum(thread => thread.Settled), ("path", "table")),
            Measure(Sum(thread => thread.Asked), ("path", "actor")),
        }, description: "Queries by what settled them: the table, or a hop to an address actor");
        _meter.CreateObservableCounter("leasequery.gleaned", () => Enum.GetValues<GleanResult>().Select(result =>
            Measure(Sum(thread => thread.Count(result)), ("result", result.ToString().ToLowerInvariant()))),
            description: "Gleaned messages by what came of them");
        _meter.CreateObservableCounter("leasequery.events.stored", () => Interlocked.Read(ref _eventsStored),
            description: "Events that the store has");
        _meter.CreateObservableCounter("leasequery.recovery.failures", () => Interlocked.Read(ref _recoveryFailures),
            description: "Address actors that could not be recovered");
        _meter.CreateObservableGauge("leasequery.actors.live", () => Interlocked.Read(ref _liveActors),
            description: "Address actors in memory");
        _meter.CreateObservableGauge("leasequery.table.records", () => table.Records, description: "Addresses with a record in the table");
        _meter.CreateObservableGauge("leasequery.table.memory", () => table.AllocatedBytes, unit: "By",
            description: "Native memory of the table");
        _meter.CreateObservableGauge("leasequery.table.shards", () => table.CompleteShards, description: "Shards that are complete here");
        _meter.CreateObservableGauge("leasequery.store.available", () => store.Failure is null ? 1 : 0,
            description: "1 while the store takes events");
    }

    /// <summary>Counters for one more thread.</summary>
    public DatagramCounters AddThread()
    {
        var counters = new DatagramCounters();
        _threads.Add(counters);
        return counters;
    }

    /// <summary>How many datagrams were dropped for a reason.</summary>
    public long Dropped(DropReason reason) => Sum(thread => thread.Count(reason));

    /// <summary>The sum of something over all threads.</summary>
    public long Sum(Func<DatagramCounters, long> count) => _threads.Sum(count);

    /// <summary>Counts events that the store has.</summary>
    public void EventsStored(int count) => Interlocked.Add(ref _eventsStored, count);

    /// <summary>Ends the instruments.</summary>
    public void Dispose() => _meter.Dispose();

    internal void AddressActorStarted() => Interlocked.Increment(ref _liveActors);

    internal void AddressActorStopped() => Interlocked.Decrement(ref _liveActors);

    internal void RecoveryFailed(Ipv4Address address, Exception cause)
    {
        Interlocked.Increment(ref _recoveryFailures);
        _log.LogDebug(cause, "{Address} could not be read from the store", address);
    }

    private static Measurement<long> Measure(long value, params ReadOnlySpan<(string Name, string Value)> tags)
    {
        var list = new KeyValuePair<string, object?>[tags.Length];
        for (var i = 0; i < tags.Length; i++)
            list[i] = new KeyValuePair<string, object?>(tags[i].Name, tags[i].Value);
        return new Measurement<long>(value, list);
    }
}
