using Leasequery.Wire;

namespace Leasequery.Domain.Upstream;

/// <summary>What a <see cref="ServerState"/> wants done. It must not be called back from inside.</summary>
public interface IServerOutput
{
    /// <summary>A query goes to the server.</summary>
    /// <param name="transactionId">xid; a retransmission has the one of its first packet.</param>
    /// <param name="address">What is asked about.</param>
    /// <param name="tries">1 for the first packet of this query.</param>
    void Send(uint transactionId, Ipv4Address address, int tries);

    /// <summary>Whoever asked about the address is told that this server does not answer.</summary>
    void TellSilent(Ipv4Address address);
}
