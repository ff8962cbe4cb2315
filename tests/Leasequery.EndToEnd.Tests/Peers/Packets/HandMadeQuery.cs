using System.Buffers.Binary;
using System.Net;

namespace Leasequery.EndToEnd.Tests.Peers.Packets;

/// <summary>RFC 4388 leasequeries put together byte by byte, so that nothing of the service is needed to ask another server.</summary>
public static class HandMadeQuery
{
    /// <summary>DHCPLEASEUNASSIGNED.</summary>
    public const int Unassigned = 11;

    /// <summary>DHCPLEASEUNKNOWN.</summary>
    public const int Unknown = 12;

    /// <summary>DHCPLEASEACTIVE.</summary>
    public const int Active = 13;

    const int TransactionIdOffset = 4, ClientAddressOffset = 12, RelayAddressOffset = 24, CookieOffset = 236, OptionsOffset = 240;

    /// <summary>DHCPLEASEQUERY (53 = 10) that asks for lease time, renewal, rebinding, last transaction and option 82.</summary>
    static ReadOnlySpan<byte> Options => [53, 1, 10, 55, 5, 51, 58, 59, 91, 82, 255];

    /// <summary>Who has this address? The answer goes to port 67 of <paramref name="relay"/>.</summary>
    public static byte[] ByAddress(IPAddress asked, IPAddress relay, uint transactionId)
    {
        var query = new byte[300]; // The least a BOOTP message may be.
        query[0] = 1; // BOOTREQUEST
        BinaryPrimitives.WriteUInt32BigEndian(query.AsSpan(TransactionIdOffset), transactionId);
        asked.TryWriteBytes(query.AsSpan(ClientAddressOffset), out _);
        relay.TryWriteBytes(query.AsSpan(RelayAddressOffset), out _);
        BinaryPrimitives.WriteUInt32BigEndian(query.AsSpan(CookieOffset), 0x63825363);
        Options.CopyTo(query.AsSpan(OptionsOffset));
        return query;
    }
}
