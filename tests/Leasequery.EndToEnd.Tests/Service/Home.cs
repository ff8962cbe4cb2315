using System.Buffers.Binary;
using System.Net;
using System.Text;
using Leasequery.EndToEnd.Tests.Peers.Packets;

namespace Leasequery.EndToEnd.Tests.Service;

/// <summary>
/// A subscriber that is only numbers, for tests that need many: its messages, and what is right to say of it. All that
/// there is of home n follows from n.
/// </summary>
/// <param name="Number">0 to 65,535.</param>
public sealed record Home(int Number)
{
    /// <summary>How long its leases last.</summary>
    public const uint LeaseSeconds = 86_400;

    static readonly IPAddress Server = IPAddress.Parse("10.255.0.2");

    /// <summary>10.1.0.0 and up.</summary>
    public IPAddress Address { get; } = new([10, 1, (byte)(Number >> 8), (byte)Number]);

    /// <summary>A server's ACK for it where relays send copies; giaddr is the loopback, where the relay is.</summary>
    public HandMadeDhcp Ack => new()
    {
        OpCode = 2,
        YourAddress = Address,
        RelayAddress = IPAddress.Loopback,
        Hardware = Hardware,
        Options =
        [
            (53, [5]), (54, Server.GetAddressBytes()), (51, BigEndian(LeaseSeconds)), (61, [1, .. Hardware]),
            (82, RelayAgentInformation),
        ],
    };

    /// <summary>It gives its address back.</summary>
    public HandMadeDhcp Release => new() { ClientAddress = Address, Hardware = Hardware, Options = [(53, [7])] };

    byte[] Hardware => [0x02, 0x50, .. Address.GetAddressBytes()];

    byte[] RelayAgentInformation => [1, (byte)Circuit.Length, .. Encoding.ASCII.GetBytes(Circuit), 2, 2, 0xBE, 0xEF];

    string Circuit => $"port {Number}";

    /// <summary>The first so many.</summary>
    public static IReadOnlyList<Home> Take(int count) => [.. Enumerable.Range(0, count).Select(number => new Home(number))];

    /// <summary>Asks about it in RFC 4388.</summary>
    public HandMadeDhcp Query(int messageType = HandMadeQuery.Rfc4388) =>
        HandMadeQuery.About(Address, IPAddress.Loopback, messageType);

    /// <summary>The answer says that it has a lease, and everything in it is right.</summary>
    public void AssertLeased(HandMadeDhcp answer)
    {
        Assert.Equal(HandMadeQuery.Active, answer.MessageType);
        Assert.Equal(Address, answer.ClientAddress);
        Assert.Equal(Hardware, answer.Hardware);
        Assert.Equal(RelayAgentInformation, answer.Option(82));
        Assert.Equal([1, .. Hardware], answer.Option(61));
        Assert.InRange(answer.Seconds(51)!.Value, LeaseSeconds - 300, LeaseSeconds);
        Assert.Equal(LeaseSeconds, answer.Seconds(51) + answer.Seconds(91)); // RFC 4388 6.4.2: together the lease as granted
    }

    static byte[] BigEndian(uint value)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}
