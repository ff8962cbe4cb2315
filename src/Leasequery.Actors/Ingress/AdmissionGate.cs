namespace Leasequery.Actors.Ingress;

/// <summary>
/// Bounds what is in flight: load is shed at the door, before it can pile up in mailboxes. What never comes back (its actor
/// failed, its node went) stops counting after a time-out, so that the door cannot stay closed.
/// </summary>
/// <remarks>
/// Time is cut into slices, and each slice has its own count; a slice that is too old is forgotten as a whole. So nothing is kept
/// for each question. A ticket is the time at which its slice began, in Unix milliseconds: whoever gets something with it on
/// another node can tell how long it was on its way. That time never goes back: where the machine's clock does, it runs ahead.
/// </remarks>
public sealed class AdmissionGate(int capacity, TimeSpan timeout, TimeProvider clock)
{
    private const int Slices = 8; // of the time-out; one more is being filled

    private readonly Lock _lock = new();
    private readonly int[] _counts = new int[Slices + 1];
    private readonly long _sliceLength = Math.Max(1, (long)(timeout.TotalMilliseconds / Slices)); // milliseconds
    private readonly long _start = clock.GetTimestamp();
    private long _startedAt; // Unix milliseconds
    private long _newest; // the number of the slice that is being filled
    private int _inFlight;

    /// <summary>How much is in flight.</summary>
    public int InFlight
    {
        get
        {
            lock (_lock)
            {
                Advance();
                return _inFlight;
            }
        }
    }

    /// <summary>Lets one in, unless too many are.</summary>
    /// <param name="ticket">To be shown on the way out.</param>
    public bool TryEnter(out long ticket) => Enter(1, out ticket) == 1;

    /// <summary>Lets in as many of these as there is room for, and returns how many that is.</summary>
    /// <param name="count">How many want to enter.</param>
    /// <param name="ticket">To be shown on the way out, by each of them.</param>
    public int Enter(int count, out long ticket)
    {
        lock (_lock)
        {
            var slice = Advance();
            var admitted = Math.Clamp(capacity - _inFlight, 0, count);
            _inFlight += admitted;
            _counts[slice % _counts.Length] += admitted;
            ticket = slice * _sliceLength;
            return admitted;
        }
    }

    /// <summary>Lets one out, or some with the same ticket. A ticket that timed out already is ignored.</summary>
    /// <returns>False when it did.</returns>
    public bool Leave(long ticket, int count = 1)
    {
        lock (_lock)
        {
            Advance();
            if (!IsCounted(ticket))
                return false;
            ref var inFlight = ref _counts[ticket / _sliceLength % _counts.Length];
            var left = Math.Min(count, inFlight);
            inFlight -= left;
            _inFlight -= left;
            return true;
        }
    }

    /// <summary>True while those with this ticket count as in flight.</summary>
    public bool Counts(long ticket)
    {
        lock (_lock)
        {
            Advance();
            return IsCounted(ticket);
        }
    }

    private bool IsCounted(long ticket)
    {
        var slice = ticket / _sliceLength;
        return ticket >= 0 && slice <= _newest && slice > _newest - _counts.Length;
    }

    private long Advance()
    {
        var elapsed = (long)clock.GetElapsedTime(_start).TotalMilliseconds;
        _startedAt = Math.Max(_startedAt, clock.GetUtcNow().ToUnixTimeMilliseconds() - elapsed);
        var slice = (_startedAt + elapsed) / _sliceLength;
        for (var next = Math.Max(_newest + 1, slice - Slices); next <= slice; next++)
        {
            ref var expired = ref _counts[next % _counts.Length];
            _inFlight -= expired;
            expired = 0;
        }

        return _newest = Math.Max(_newest, slice);
    }
}
