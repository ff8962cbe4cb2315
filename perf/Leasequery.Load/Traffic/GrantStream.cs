using Leasequery.Load.Sockets;

namespace Leasequery.Load.Traffic;

/// <summary>ACKs at an even pace beside the queries: renewals of addresses that are known, or bindings of new ones.</summary>
/// <param name="grant">The message.</param>
/// <param name="addresses">About which addresses.</param>
/// <param name="perSecond">How many a second.</param>
/// <param name="transaction">A number that no earlier run had.</param>
internal sealed class GrantStream(LeaseGrant grant, IAddressSource addresses, double perSecond, uint transaction)
{
    private readonly Pace _pace = new(perSecond, Nanoclock.Now);
    private uint _transaction = transaction;

    /// <summary>How many were sent.</summary>
    public long Sent { get; private set; }

    /// <summary>When the next one is due.</summary>
    public long NextAt => _pace.NextAt;

    /// <summary>Puts what is due into the port's batch.</summary>
    public void SendDue(DatagramPort port, long now)
    {
        while (!port.IsFull && _pace.NextAt <= now && addresses.TryNext(out var address))
        {
            _pace.Take();
            port.Add(grant.Write(port.Next, address, _transaction++)); // a number of its own each: no two are copies
            Sent++;
        }
    }
}
