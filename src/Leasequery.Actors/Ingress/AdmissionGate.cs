namespace Leasequery.Actors.Ingress;

/// <summary>
/// Bounds what is in flight: load is shed at the door, before it can pile up in mailboxes. What never comes back (its actor
/// failed, its node went) stops counting after a time-out, so that the door cannot stay closed.
/// </summary>
/// <remarks>
/// Time is cut into slices, and each slice has its own count. A ticket is the number of its slice; a slice that is too old is
/// forgotten as a whole. So nothing is kept for each question.
/// </remarks>
public sealed class AdmissionGate(int capacity, TimeSpan timeout, TimeProvider clock)
{
    private const int Slices = 8; // of the time-out; one more is being filled

    private readonly Lock _lock = new();
    private readonly int[] _counts = new int[Slices + 1];
    private readonly long _sliceLength = Math.Max(1, (long)(timeout.TotalSeconds * clock.TimestampFrequency / Slices));
    private long _newest;
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
            ticket = Advance();
            var admitted = Math.Clamp(capacity - _inFlight, 0, count);
            _inFlight += admitted;
            _counts[ticket % _counts.Length] += admitted;
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
            ref var inFlight = ref _counts[ticket % _counts.Length];
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

    private bool IsCounted(long ticket) => ticket >= 0 && ticket <= _newest && ticket > _newest - _counts.Length;

    private long Advance()
    {
        var slice = clock.GetTimestamp() / _sliceLength;
        for (var next = Math.Max(_newest + 1, slice - Slices); next <= slice; next++)
        {
            ref var expired = ref _counts[next % _counts.Length];
            _inFlight -= expired;
            expired = 0;
        }

        return _newest = Math.Max(_newest, slice);
    }
}
