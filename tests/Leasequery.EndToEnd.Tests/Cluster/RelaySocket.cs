using System.Net;
using System.Net.Sockets;
using Leasequery.EndToEnd.Tests.Peers.Packets;

namespace Leasequery.EndToEnd.Tests.Cluster;

/// <summary>A relay's socket that asks one node, and takes silence for an answer.</summary>
public sealed class RelaySocket(ClusterNetwork network) : IDisposable
{
    const int ServerPort = 67, PatienceMilliseconds = 500;

    readonly byte[] _buffer = new byte[65_536];
    readonly Socket _socket = network.Relays.Run(() =>
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveTimeout = PatienceMilliseconds,
        };
        socket.Bind(new IPEndPoint(ClusterNetwork.RelayAddresses[0], 0));
        return socket;
    });

    /// <summary>Sends a copy of a message to a node.</summary>
    public void Send(HandMadeDhcp message, int node) =>
        _socket.SendTo(message.ToBytes(), new IPEndPoint(ClusterNetwork.ServiceAddress(node), ServerPort));

    /// <summary>Asks a node once; null when nothing comes.</summary>
    public HandMadeDhcp? Ask(IPAddress address, int node)
    {
        var query = HandMadeQuery.About(address, ClusterNetwork.RelayAddresses[0]);
        Send(query, node);
        try
        {
            while (true)
            {
                var answer = HandMadeDhcp.Read(_buffer.AsSpan(0, _socket.Receive(_buffer)));
                if (answer.TransactionId == query.TransactionId)
                    return answer;
            }
        }
        catch (SocketException late) when (late.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
