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
    public bool TryEnter(out long ticket)
    {
        lock (_lock)
        {
            ticket = Advance();
            if (_inFlight >= capacity)
                return false;
            _inFlight++;
            _counts[ticket % _counts.Length]++;
            return true;
        }
    }

    /// <summary>Lets one out. A ticket that timed out already is ignored.</summary>
    public void Leave(long ticket)
    {
        lock (_lock)
        {
            Advance();
            if (ticket < 0 || ticket > _newest || ticket <= _newest - _counts.Length)
                return;
            ref var count = ref _counts[ticket % _counts.Length];
            if (count == 0)
                return;
            count--;
            _inFlight--;
        }
    }

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
