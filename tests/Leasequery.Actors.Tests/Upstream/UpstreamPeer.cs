using System.Net;
using System.Net.Sockets;
using Leasequery.Wire;

namespace Leasequery.Actors.Tests.Upstream;

/// <summary>A socket on the loopback: a DHCP server that answers when the test says so, or a requestor.</summary>
internal sealed class UpstreamPeer : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
    {
        ReceiveTimeout = (int)Support.Some.Patience.TotalMilliseconds,
    };

    private readonly byte[] _buffer = new byte[2048];

    public UpstreamPeer() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>True when a datagram is here.</summary>
    public bool HasDatagram => _socket.Available > 0;

    /// <summary>Sends a query, or a reply to one that was received.</summary>
    public void Send(DhcpOpCode op, byte type, Ipv4Address address, uint xid, EndPoint to, uint? leaseSeconds = null)
    {
        var writer = new DhcpPacketWriter(_buffer, op)
        {
            TransactionId = xid,
            ClientAddress = address,
            RelayAddress = Ipv4Address.Parse("127.0.0.1"),
        };
        Assert.True(writer.TryWriteOption(DhcpOption.MessageType, type));
        if (leaseSeconds is { } seconds)
            Assert.True(writer.TryWriteOption(DhcpOption.LeaseTime, seconds));
        _socket.SendTo(_buffer.AsSpan(0, writer.Finish()), to);
    }

    /// <summary>The next datagram, and where it came from.</summary>
    public (byte Type, Ipv4Address Address, uint Xid, EndPoint From) Receive()
    {
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        var length = _socket.ReceiveFrom(_buffer, ref from);
        Assert.True(DhcpPacket.TryParse(_buffer.AsSpan(0, length), out var packet, out var error), error.ToString());
        return ((byte)packet.MessageType, packet.ClientAddress, packet.TransactionId, from);
    }

    public void Dispose() => _socket.Dispose();
}
