using Leasequery.Actors.Forwarding;
using Leasequery.Actors.Ingress;
using Leasequery.Wire;

namespace Leasequery.Actors.Delivery;

/// <summary>
/// Keeps what is gleaned of one address in order. There are several ways to its actor: through sharding, and in a batch to each
/// of the other nodes. Each keeps the order, but one may be faster than another: a RELEASE would overtake the ACK before it when
/// the shard's owner became known, or changed, in between. So what comes behind something that is still on its way goes the same
/// way, also to a node that has lost the shard and passes it on. It changes only when nothing is on its way.
/// </summary>
/// <remarks>
/// Addresses share places, which can only make one of them change later. What never comes back counts as on its way until the
/// gate has forgotten it, or, where others follow all the time, twice as long: a place counts in two generations, and the old
/// one is forgotten as a whole. What comes back when the gate has forgotten it already is taken off all the same. Between two
/// datagram loops there is no order to keep: what comes from one relay is one loop's, and which of two loops reads first is
/// chance.
/// </remarks>
/// <param name="gate">What all of it was let in by.</param>
internal sealed class DeliveryWays(AdmissionGate gate)
{
    private const int Places = 1 << 14;
    private const int PlaceShift = 32 - 14;
    private const uint Spread = 2_654_435_769; // 2^32 divided by the golden ratio: neighbours come to lie apart

    private readonly Lock _lock = new();
    private readonly Way[] _ways = new Way[Places];

    /// <summary>Sends something about an address on its way, and says which.</summary>
    /// <param name="address">The address.</param>
    /// <param name="wanted">The owner to whom it should go in a batch; null for sharding.</param>
    /// <param name="ticket">What it was let in by.</param>
    /// <returns>The owner to whom it has to go in a batch; null for sharding.</returns>
    public ShardOwner? Enter(Ipv4Address address, ShardOwner? wanted, long ticket)
    {
        lock (_lock)
        {
            ref var way = ref WayOf(address);
            if (!gate.Counts(way.Newest))
                way = new Way { Owner = way.Owner, Turn = ticket };
            else if (!gate.Counts(way.Turn))
                way.StartGeneration(ticket);
            if (way.Owner != wanted && (way.InFlight == 0 || way.Owner is { IsGone: true }))
                way = new Way { Owner = wanted, Turn = ticket };
            way.Enter(ticket);
            return way.Owner;
        }
    }

    /// <summary>Something has arrived, and what came of it is known.</summary>
    /// <param name="address">The address.</param>
    /// <param name="ticket">What it was let in by.</param>
    public void Leave(Ipv4Address address, long ticket)
    {
        lock (_lock)
            WayOf(address).Leave(ticket);
    }

    private ref Way WayOf(Ipv4Address address) => ref _ways[(address.Value * Spread) >> PlaceShift];

    private struct Way
    {
        private long _lastTurn; // the first ticket of the old generation
        private int _old;
        private int _young;

        public ShardOwner? Owner { get; init; }

        public long Turn { get; set; } // the first ticket of the young generation

        public long Newest { get; private set; }

        public readonly int InFlight => _old + _young;

        public void Enter(long ticket)
        {
            _young++;
            Newest = ticket;
        }

        // The gate has forgotten all that came before the turn.
        public void StartGeneration(long ticket)
        {
            (_lastTurn, _old) = (Turn, _young);
            (Turn, _young) = (ticket, 0);
        }

        public void Leave(long ticket)
        {
            if (ticket >= Turn)
                _young = Math.Max(0, _young - 1);
            else if (ticket >= _lastTurn)
                _old = Math.Max(0, _old - 1);
        }
    }
}
