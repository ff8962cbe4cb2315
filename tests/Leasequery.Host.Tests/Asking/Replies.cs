using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Host.Tests.Asking;

/// <summary>Replies as the service writes them.</summary>
internal static class Replies
{
    public const uint Now = 1_700_000_000;

    public static readonly Ipv4Address Asked = Ipv4Address.Parse("10.0.0.7");

    /// <summary>circuit id 00040001, remote id "modem-1".</summary>
    public static readonly byte[] RelayInformation = [1, 4, 0, 4, 0, 1, 2, 7, .. "modem-1"u8];

    /// <summary>A lease with an hour to go, half an hour to T1, heard of five minutes ago, host name, subnet mask.</summary>
    public static byte[] Write(byte[] query, LeasequeryDialect dialect, LeasequeryOutcome outcome)
    {
        Assert.True(DhcpPacket.TryParse(query, out var packet, out _));
        Assert.Equal(LeasequeryRefusal.None, LeasequeryRequest.TryRead(packet, out var request));
        var isNothing = outcome is LeasequeryOutcome.Unmanaged;
        HardwareAddress.TryParse("00:0a:28:00:fa:42", out var device);
        var answer = new LeasequeryAnswer
        {
            Outcome = outcome,
            Device = isNothing ? HardwareAddress.None : device,
            ExpiresAt = outcome == LeasequeryOutcome.Leased ? Now + 3600 : 0,
            RenewsAt = outcome == LeasequeryOutcome.Leased ? Now + 1800 : 0,
            LastTransactionAt = Now - 300,
            Options = [1, 4, 255, 255, 255, 0, 12, 6, .. "host-1"u8],
            RelayAgentInformation = RelayInformation,
        };
        var buffer = new byte[LeasequeryReply.MaxSize];
        return buffer[..LeasequeryReply.Write(buffer, request, dialect, answer, Now, Ipv4Address.Loopback)];
    }

    /// <summary>The same reply for another transaction.</summary>
    public static byte[] OfAnotherTransaction(byte[] reply)
    {
        var other = reply.ToArray();
        other[7] ^= 1; // the last byte of xid
        return other;
    }
}
