using Microsoft.Extensions.Logging;

namespace Leasequery.Actors.Stores;

/// <summary>
/// Whether the store was ever reached, and whether it takes events. While it does not, gleaning stops at the door: one event at a
/// time is let through to see whether the store is back. What the table knows is answered all the while.
/// </summary>
public sealed class StoreHealth(TimeProvider clock, TimeSpan probeInterval, ILogger<StoreHealth> log)
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _absence;
    private volatile string? _failure;
    private long _nextProbe;

    /// <summary>
    /// Done when the store was reached for the first time. Whoever hosts the actors of a cluster's node says so: a node that owns
    /// addresses does not join before, because what it would own nobody could load.
    /// </summary>
    public Task Reached => _reached.Task;

    /// <summary>Why the store was not reached yet; null once it was, and before anybody has tried.</summary>
    public string? Absence => _absence;

    /// <summary>Why the store takes no events; null while it does.</summary>
    public string? Failure => _failure;

    /// <summary>True when an event may be sent to the store: it is well, or it is time to try.</summary>
    public bool Admits()
    {
        if (_failure is null)
            return true;
        lock (_lock)
        {
            var now = clock.GetTimestamp();
            if (now < _nextProbe)
                return false;
            _nextProbe = now + (long)(probeInterval.TotalSeconds * clock.TimestampFrequency);
            return true;
        }
    }

    /// <summary>The store is there, and can be used.</summary>
    public void ReportReached()
    {
        if (_absence is not null)
            log.LogInformation("The store is reached");
        _absence = null;
        _reached.TrySetResult();
    }

    /// <summary>The store was looked for in vain, as yet. Logged once for each reason.</summary>
    public void ReportAbsence(Exception cause)
    {
        var reason = cause.GetBaseException().Message;
        if (reason != _absence)
            log.LogWarning("The store cannot be reached, trying again. {Reason}", reason);
        _absence = reason;
    }

    /// <summary>The store did not take events. Logged once until it is well again.</summary>
    public void ReportFailure(Exception cause)
    {
        lock (_lock)
        {
            if (_failure is null)
            {
                _nextProbe = clock.GetTimestamp() + (long)(probeInterval.TotalSeconds * clock.TimestampFrequency);
                log.LogError("The store takes no events, gleaning stops until it does; known locations are answered. {Reason}",
                    cause.GetBaseException().Message);
            }

            _failure = cause.GetBaseException().Message;
        }
    }

    /// <summary>The store took events.</summary>
    public void ReportSuccess()
    {
        if (_failure is null)
            return;
        lock (_lock)
        {
            if (_failure is null)
                return;
            _failure = null;
            log.LogInformation("The store takes events again, gleaning goes on");
        }
    }
}
