using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Stores;
using Leasequery.Domain.Upstream;
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
    private readonly ConcurrentDictionary<string, ServerCounters> _servers = [];
    private long _liveActors;
    private long _recoveryFailures;
    private long _unreadableRows;
    private long _eventsStored;
    private long _staleEvents;
    private long _supersededEvents;

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
        _meter.CreateObservableCounter("leasequery.answers", () =>
            from dialect in Enum.GetValues<LeasequeryDialect>()
            from outcome in Enum.GetValues<LeasequeryOutcome>()
            select Measure(Sum(thread => thread.Count(dialect, outcome)),
                ("dialect", dialect.Name()), ("outcome", outcome.ToString().ToLowerInvariant())),
            description: "Answers sent, by dialect and outcome");
        _meter.CreateObservableCounter("leasequery.queries", () => new[]
        {
            Measure(Sum(thread => thread.Settled), ("path", "table")),
            Measure(Sum(thread => thread.Asked), ("path", "actor")),
            Measure(Sum(thread => thread.AskedOfNode), ("path", "node")),
        }, description: "Queries by what settled them: the table, a hop to an address actor, or the node that owns the address");
        _meter.CreateObservableCounter("leasequery.lookups", () => Enum.GetValues<LookUpResult>().Select(result =>
            Measure(Sum(thread => thread.Count(result)), ("result", result.ToString().ToLowerInvariant()))),
            description: "Questions of other nodes by what settled them");
        _meter.CreateObservableCounter("leasequery.segments", () => new[]
        {
            Measure(Sum(thread => thread.ReceivedSegments), ("direction", "received")),
            Measure(Sum(thread => thread.SentSegments), ("direction", "sent")),
        }, description: "Datagrams that passed the kernel as a part of a longer message");
        _meter.CreateObservableCounter("leasequery.gleaned", () => Enum.GetValues<GleanResult>().Select(result =>
            Measure(Sum(thread => thread.Count(result)), ("result", result.ToString().ToLowerInvariant()))),
            description: "Gleaned messages by what came of them");
        _meter.CreateObservableCounter("leasequery.deliveries", () => Sum(thread => thread.DeliveredToNode),
            description: "Gleaned messages that went in batches to the node that owns their address");
        _meter.CreateObservableCounter("leasequery.events.stored", () => Interlocked.Read(ref _eventsStored),
            description: "Events that the store has");
        _meter.CreateObservableCounter("leasequery.events.refused", () => new[]
        {
            Measure(Interlocked.Read(ref _staleEvents), ("reason", "stale")),
            Measure(SupersededEvents, ("reason", "superseded")),
        }, description: "Events that the store refused: it had news of the address, or the shard had been taken by another node");
        _meter.CreateObservableCounter("leasequery.recovery.failures", () => Interlocked.Read(ref _recoveryFailures),
            description: "Address actors that could not be recovered");
        _meter.CreateObservableCounter("leasequery.unreadable.rows", () => Interlocked.Read(ref _unreadableRows),
            description: "Rows of the store that were passed over when their shards were loaded: damaged, or of a later version");
        _meter.CreateObservableGauge("leasequery.actors.live", () => LiveAddressActors,
            description: "Address actors in memory");
        _meter.CreateObservableGauge("leasequery.table.records", () => table.Records,
            description: "Addresses with a record in the table");
        _meter.CreateObservableGauge("leasequery.table.memory", () => table.AllocatedBytes, unit: "By",
            description: "Native memory of the table");
        _meter.CreateObservableGauge("leasequery.table.shards", () => table.CompleteShards,
            description: "Shards that are complete here");
        _meter.CreateObservableGauge("leasequery.table.vacancies", () => table.Vacancies.Count,
            description: "Addresses that a server called vacant");
        AddServerInstruments();
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

    /// <summary>Counters for a DHCP server; the same ones when its actor starts anew.</summary>
    public ServerCounters AddServer(string name) => _servers.GetOrAdd(name, _ => new ServerCounters());

    /// <summary>How many datagrams were dropped for a reason.</summary>
    public long Dropped(DropReason reason) => Sum(thread => thread.Count(reason));

    /// <summary>The sum of something over all threads.</summary>
    public long Sum(Func<DatagramCounters, long> count) => _threads.Sum(count);

    /// <summary>Address actors in memory.</summary>
    public long LiveAddressActors => Interlocked.Read(ref _liveActors);

    /// <summary>Events that the store refused because their shards had been taken by another node, or anew.</summary>
    public long SupersededEvents => Interlocked.Read(ref _supersededEvents);

    /// <summary>Counts events that the store has.</summary>
    public void EventsStored(int count) => Interlocked.Add(ref _eventsStored, count);

    /// <summary>Counts events that the store refused.</summary>
    /// <param name="stale">Because it had news of their addresses.</param>
    /// <param name="superseded">Because their shards had been taken by another node, or anew.</param>
    public void EventsRefused(int stale, int superseded)
    {
        if (stale > 0)
            Interlocked.Add(ref _staleEvents, stale);
        if (superseded > 0)
            Interlocked.Add(ref _supersededEvents, superseded);
    }

    /// <summary>Ends the instruments.</summary>
    public void Dispose() => _meter.Dispose();

    internal void AddressActorStarted() => Interlocked.Increment(ref _liveActors);

    internal void AddressActorStopped() => Interlocked.Decrement(ref _liveActors);

    internal void RecoveryFailed(Ipv4Address address, Exception cause)
    {
        Interlocked.Increment(ref _recoveryFailures);
        _log.LogDebug(cause, "{Address} could not be read from the store", address);
    }

    internal void RowsUnreadable(int count) => Interlocked.Add(ref _unreadableRows, count);

    private void AddServerInstruments()
    {
        _meter.CreateObservableCounter("leasequery.upstream.packets", () => PerServer(server => server.Packets),
            description: "Packets sent to DHCP servers");
        _meter.CreateObservableCounter("leasequery.upstream.retries", () => PerServer(server => server.Retries),
            description: "Those of them that repeat a query");
        _meter.CreateObservableCounter("leasequery.upstream.answers", () =>
            from server in _servers
            from verdict in Enum.GetValues<ServerVerdict>()
            select Measure(server.Value.Count(verdict),
                ("server", server.Key), ("verdict", verdict.ToString().ToLowerInvariant())),
            description: "What DHCP servers said; silent: nothing");
        _meter.CreateObservableCounter("leasequery.upstream.cached", () => PerServer(server => server.FromCache),
            description: "Questions that a server's cached NAK answered");
        _meter.CreateObservableCounter("leasequery.upstream.dropped", () => PerServer(server => server.DroppedReplies),
            description: "Replies with a wrong transaction id, address or dialect");
        _meter.CreateObservableCounter("leasequery.upstream.shed", () => PerServer(server => server.Refused),
            description: "Questions not asked because too many waited");
        _meter.CreateObservableGauge("leasequery.upstream.outstanding", () => PerServer(server => server.Outstanding),
            description: "Queries that a server has not answered yet");
        _meter.CreateObservableGauge("leasequery.upstream.waiting", () => PerServer(server => server.Waiting),
            description: "Addresses that wait for a place in a server's window");
        _meter.CreateObservableGauge("leasequery.upstream.supporting", () => PerServer(server => server.IsSupporting ? 1 : 0),
            description: "1 while a server is known to answer leasequeries");
        _meter.CreateObservableGauge("leasequery.upstream.naks", () => PerServer(server => server.Naks),
            description: "Cached NAKs of a server");
    }

    private IEnumerable<Measurement<long>> PerServer(Func<ServerCounters, long> count) =>
        _servers.Select(server => Measure(count(server.Value), ("server", server.Key)));

    private static Measurement<long> Measure(long value, params ReadOnlySpan<(string Name, string Value)> tags)
    {
        var list = new KeyValuePair<string, object?>[tags.Length];
        for (var i = 0; i < tags.Length; i++)
            list[i] = new KeyValuePair<string, object?>(tags[i].Name, tags[i].Value);
        return new Measurement<long>(value, list);
    }
}
