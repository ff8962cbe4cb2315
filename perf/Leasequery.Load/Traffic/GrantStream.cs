using Leasequery.Load.Asking;
using Leasequery.Load.Sockets;

namespace Leasequery.Load.Traffic;

/// <summary>DHCP messages beside the queries: renewals of addresses that are known, or bindings of new ones.</summary>
/// <param name="message">The message.</param>
/// <param name="addresses">About which addresses.</param>
/// <param name="pace">When each is due.</param>
internal sealed class GrantStream(ILeaseMessage message, IAddressSource addresses, IPace pace)
{
    // A number that no earlier run had, so that nothing looks like a copy.
    private uint _transaction = (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds() << 8;

    /// <summary>How many were sent.</summary>
    public long Sent { get; private set; }

    /// <summary>When the next one is due.</summary>
    public long NextAt => pace.NextAt;

    /// <summary>Puts what is due into the port's batch.</summary>
    public void SendDue(DatagramPort port, long now)
    {
        while (!port.IsFull && pace.NextAt <= now && addresses.TryNext(out var address))
        {
            pace.Take();
            port.Add(message.Write(port.Next, address, _transaction++ | Outstanding.NotQuery)); // one each: no two are copies
            Sent++;
        }
    }

    /// <summary>A query was sent.</summary>
    public void OnQuery() => pace.OnQuery();
}
