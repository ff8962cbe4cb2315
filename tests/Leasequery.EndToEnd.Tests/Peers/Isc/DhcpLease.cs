using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;

namespace Leasequery.EndToEnd.Tests.Peers.Isc;

/// <summary>An active lease to start dhcpd with, so that a test need not first run as many clients.</summary>
public sealed record DhcpLease(
    IPAddress Address, PhysicalAddress HardwareAddress, string CircuitId, DateTimeOffset Starts, DateTimeOffset Ends)
{
    /// <summary>Its entry in dhcpd.leases; the time of the last transaction is its start.</summary>
    public override string ToString() =>
        $$"""
        lease {{Address}} {
          starts {{Time(Starts)}};
          ends {{Time(Ends)}};
          cltt {{Time(Starts)}};
          binding state active;
          next binding state free;
          hardware ethernet {{string.Join(':', HardwareAddress.GetAddressBytes().Select(b => b.ToString("x2")))}};
          option agent.circuit-id "{{CircuitId}}";
        }

        """;

    /// <summary>
    /// Leases for <paramref name="count"/> consecutive addresses, each with its own hardware address and circuit.
    /// </summary>
    public static IEnumerable<DhcpLease> Consecutive(IPAddress first, int count, DateTimeOffset starts, TimeSpan leaseTime)
    {
        var start = (uint)IPAddress.NetworkToHostOrder(BitConverter.ToInt32(first.GetAddressBytes()));
        for (var i = 0u; i < count; i++)
        {
            var address = start + i;
            var bytes = new[] { (byte)(address >> 24), (byte)(address >> 16), (byte)(address >> 8), (byte)address };
            yield return new DhcpLease(
                new IPAddress(bytes), new PhysicalAddress([0x02, 0x50, .. bytes]), $"port{i}", starts, starts + leaseTime);
        }
    }

    /// <summary>Day of the week and UTC, as dhcpd writes it.</summary>
    internal static string Time(DateTimeOffset time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)time.UtcDateTime.DayOfWeek} {time.UtcDateTime:yyyy/MM/dd HH:mm:ss}");
}
