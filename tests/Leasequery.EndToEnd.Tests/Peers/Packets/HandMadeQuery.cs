using System.Net;

namespace Leasequery.EndToEnd.Tests.Peers.Packets;

/// <summary>Leasequeries put together by hand, so that nothing of the service is needed to ask another server.</summary>
public static class HandMadeQuery
{
    /// <summary>DHCPLEASEQUERY of RFC 4388.</summary>
    public const int Rfc4388 = 10;

    /// <summary>DHCPLEASEUNASSIGNED.</summary>
    public const int Unassigned = 11;

    /// <summary>DHCPLEASEUNKNOWN.</summary>
    public const int Unknown = 12;

    /// <summary>DHCPLEASEACTIVE.</summary>
    public const int Active = 13;

    /// <summary>The query of the drafts, as gear in the field numbers it. In a request: as a reply, 13 is ACTIVE.</summary>
    public const int Draft = 13;

    /// <summary>Who has this address? The answer goes to <paramref name="relay"/>.</summary>
    public static HandMadeDhcp About(IPAddress asked, IPAddress relay, int messageType = Rfc4388) => new()
    {
        ClientAddress = asked,
        RelayAddress = relay,
        Options = [(53, [(byte)messageType]), (55, [51, 58, 59, 61, 82, 91])],
    };

    /// <summary>The same as a datagram, with a transaction id that the test knows.</summary>
    public static byte[] ByAddress(IPAddress asked, IPAddress relay, uint transactionId) =>
        (About(asked, relay) with { TransactionId = transactionId }).ToBytes();
}
