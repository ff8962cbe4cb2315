using System.Net;
using System.Net.Sockets;
using Leasequery.Wire;

namespace Leasequery.Actors.Tests.Support;

/// <summary>A requestor on the loopback: a socket that asks and hears who answers.</summary>
internal sealed class Requestor : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
    {
        ReceiveTimeout = (int)Some.Patience.TotalMilliseconds,
        ReceiveBufferSize = 1 << 20,
    };

    private readonly byte[] _buffer = new byte[4096];

    public Requestor() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public Ipv4Endpoint Endpoint => new(Ipv4Address.Loopback, (ushort)((IPEndPoint)_socket.LocalEndPoint!).Port);

    public void Send(byte[] datagram, Ipv4Endpoint to) =>
        _socket.SendTo(datagram, new IPEndPoint(IPAddress.Parse(to.Address.ToString()), to.Port));

    /// <summary>Datagrams of one length, of which the last may be shorter, handed to the kernel as one (UDP_SEGMENT).</summary>
    public void SendTrain(byte[] datagrams, int length, Ipv4Endpoint to)
    {
        const int udp = 17, segment = 103;
        _socket.SetRawSocketOption(udp, segment, BitConverter.GetBytes(length));
        Send(datagrams, to);
        _socket.SetRawSocketOption(udp, segment, BitConverter.GetBytes(0));
    }

    public void Ask(string address, Ipv4Endpoint server, uint xid = 0x1234) =>
        Send((Message.Query(address, "127.0.0.1", 13) with { Xid = xid }).ToBytes(), server);

    /// <summary>The length of the answer that came last.</summary>
    public int Length { get; private set; }

    /// <summary>True when every answer that came was received.</summary>
    public bool HasAll => _socket.Available == 0;

    /// <summary>The next answer as one line, and where it came from.</summary>
    public (string Answer, uint Xid, string From) Receive()
    {
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        Length = _socket.ReceiveFrom(_buffer, ref from);
        DhcpPacket.TryParse(_buffer.AsSpan(0, Length), out var packet, out _);
        return (Message.Describe(_buffer.AsSpan(0, Length)), packet.TransactionId, from.ToString()!);
    }

    public void Dispose() => _socket.Dispose();
}
