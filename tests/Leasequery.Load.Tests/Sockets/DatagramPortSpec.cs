using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Leasequery.Load.Commands;
using Leasequery.Load.Sockets;
using Leasequery.Load.Traffic;
using Leasequery.Wire;

namespace Leasequery.Load.Tests.Sockets;

public sealed class DatagramPortSpec : IDisposable
{
    private readonly LoopbackEcho _echo = new(message => message);

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(16, false)]
    [InlineData(64, true)]
    public void What_is_sent_arrives_datagram_by_datagram_however_it_is_sent(int segments, bool joins)
    {
        var here = new Ipv4Endpoint(Ipv4Address.Loopback, 0);
        using var port = DatagramPort.Open(new PortOptions(here, _echo.Endpoint, segments, joins));
        int[] lengths = [.. Enumerable.Repeat(300, 20), 40, 1400, .. Enumerable.Repeat(300, 5), 20];
        for (var i = 0; i < lengths.Length; i++)
        {
            port.Next[..lengths[i]].Fill((byte)i);
            port.Add(lengths[i]);
        }

        port.Flush();
        var came = new List<(int Length, byte Content)>();
        var limit = Nanoclock.Now + 60 * Nanoclock.PerSecond;
        while (came.Count < lengths.Length && Nanoclock.Now < limit)
        {
            var count = port.Receive(Nanoclock.PerSecond);
            for (var i = 0; i < count; i++)
            {
                Assert.Equal(-1, port.Datagram(i).IndexOfAnyExcept(port.Datagram(i)[0]));
                came.Add((port.Datagram(i).Length, port.Datagram(i)[0]));
            }
        }

        Assert.Equal(lengths.Select((length, i) => (length, (byte)i)), came);
    }

    [Fact]
    public void A_full_batch_says_so()
    {
        using var port = DatagramPort.Open(new PortOptions(new Ipv4Endpoint(Ipv4Address.Loopback, 0), _echo.Endpoint));
        var added = 0;
        for (; !port.IsFull; added++)
            port.Add(SendQueue.DatagramSize);
        Assert.Equal(64, added);
        port.Flush();
        Assert.False(port.IsFull);
    }

    [RootFact]
    public void A_firewall_on_the_way_is_said()
    {
        using var port = DatagramPort.Open(new PortOptions(new Ipv4Endpoint(Ipv4Address.Loopback, 0), _echo.Endpoint));
        Forbid(port.Local, _echo.Endpoint);
        var failure = Assert.Throws<LoadFailedException>(() => port.Receive(60 * Nanoclock.PerSecond));
        Assert.Contains($"nothing comes from {_echo.Endpoint} (", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _echo.Dispose();

    // What a router says that may not let a datagram through: ICMP 3, 13 (RFC 1812), with the headers of the datagram.
    private static void Forbid(Ipv4Endpoint from, Ipv4Endpoint to)
    {
        Span<byte> message = stackalloc byte[8 + 20 + 8];
        message[0] = 3;
        message[1] = 13;
        var header = message[8..];
        header[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], 20 + 8);
        header[8] = 64;
        header[9] = (byte)ProtocolType.Udp;
        from.Address.Write(header[12..]);
        to.Address.Write(header[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(header[20..], from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(header[22..], to.Port);
        BinaryPrimitives.WriteUInt16BigEndian(header[24..], 8);
        var sum = 0;
        for (var i = 0; i < message.Length; i += 2)
            sum += BinaryPrimitives.ReadUInt16BigEndian(message[i..]);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], (ushort)~((sum & 0xffff) + (sum >> 16)));
        using var router = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Icmp);
        router.SendTo(message, new IPEndPoint(IPAddress.Loopback, 0));
    }

    /// <summary>A test that speaks ICMP.</summary>
    private sealed class RootFactAttribute : FactAttribute
    {
        public RootFactAttribute() => Skip = Environment.IsPrivilegedProcess ? null : "root alone may send ICMP";
    }
}
