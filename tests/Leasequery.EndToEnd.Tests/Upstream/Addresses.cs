using System.Buffers.Binary;
using System.Net;
using Leasequery.EndToEnd.Tests.Peers.Isc;
using Leasequery.EndToEnd.Tests.Peers.Packets;

namespace Leasequery.EndToEnd.Tests.Upstream;

/// <summary>Many addresses in a row, and the leases that a server has of them.</summary>
static class Addresses
{
    /// <summary>So many addresses from this one on.</summary>
    public static IReadOnlyList<IPAddress> From(string first, int count)
    {
        var start = BinaryPrimitives.ReadUInt32BigEndian(IPAddress.Parse(first).GetAddressBytes());
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var bytes = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, start + (uint)i);
            return new IPAddress(bytes);
        })];
    }

    /// <summary>The answer tells of this lease, and all times in it are right for an answer between then and now.</summary>
    public static void AssertTells(DhcpLease lease, HandMadeDhcp answer, DateTimeOffset askedAt)
    {
        var (slack, now) = (2, DateTimeOffset.UtcNow); // seconds, of which each side counts whole ones
        Assert.Equal((lease.Address, HandMadeQuery.Active), (answer.ClientAddress, answer.MessageType));
        Assert.Equal(lease.HardwareAddress.GetAddressBytes(), answer.Hardware);
        Assert.Equal(lease.CircuitId, answer.CircuitId);
        Assert.InRange((long)answer.Seconds(51)!, Seconds(lease.Ends - now) - slack, Seconds(lease.Ends - askedAt) + slack);
        Assert.InRange((long)answer.Seconds(91)!, Seconds(askedAt - lease.Starts) - slack, Seconds(now - lease.Starts) + slack);
    }

    static long Seconds(TimeSpan time) => (long)time.TotalSeconds;
}
