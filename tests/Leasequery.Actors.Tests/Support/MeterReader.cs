using System.Diagnostics.Metrics;
using Leasequery.Actors.Monitoring;

namespace Leasequery.Actors.Tests.Support;

/// <summary>
/// Collects the metrics of one node. Other tests have meters of the same name at the same time: those made on this thread
/// while this one watches are ours.
/// </summary>
internal sealed class MeterReader : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, long> _values = [];
    private int _watchingThread;

    public MeterReader()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == LeasequeryMetrics.MeterName && Environment.CurrentManagedThreadId == _watchingThread)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => _values[Key(instrument, tags)] = value);
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => _values[Key(instrument, tags)] = value);
        _listener.Start();
    }

    public LeasequeryMetrics Watch(Func<LeasequeryMetrics> make)
    {
        _watchingThread = Environment.CurrentManagedThreadId;
        var metrics = make();
        _watchingThread = 0;
        return metrics;
    }

    /// <summary>The value of <c>leasequery.table.records</c>, or of <c>leasequery.drops reason=shed</c>.</summary>
    public long Read(string key) =>
        All().TryGetValue(key, out var value)
            ? value
            : throw new KeyNotFoundException($"{key}; there are {string.Join(", ", _values.Keys)}");

    /// <summary>All values by name and labels.</summary>
    public IReadOnlyDictionary<string, long> All()
    {
        _values.Clear();
        _listener.RecordObservableInstruments();
        return _values;
    }

    public void Dispose() => _listener.Dispose();

    private static string Key(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = instrument.Name;
        foreach (var (name, value) in tags)
            key += $" {name}={value}";
        return key;
    }
}
