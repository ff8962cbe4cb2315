using Leasequery.Actors.Stores;
using Microsoft.Extensions.Logging;

namespace Leasequery.Actors.Tests.Support;

/// <summary>What is logged.</summary>
internal sealed class Lines : ILogger<StoreHealth>
{
    private readonly List<string> _lines = [];

    /// <summary>All lines so far.</summary>
    public IReadOnlyList<string> All
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    public bool Contains(string text) => All.Any(line => line.Contains(text, StringComparison.Ordinal));

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        lock (_lines)
            _lines.Add(formatter(state, exception));
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}
