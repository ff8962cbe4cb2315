using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Leasequery.EndToEnd.Tests.Peers.Packets;

namespace Leasequery.EndToEnd.Tests.Upstream;

/// <summary>
/// A DHCP server on the loopback that says what the test wants, for dialects that no server at hand speaks. Answers go where
/// the query came from: port 67 of the machine is not ours.
/// </summary>
public sealed class FakeServer : IDisposable
{
    readonly ConcurrentQueue<HandMadeDhcp> _queries = new();
    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    readonly Func<HandMadeDhcp, IEnumerable<HandMadeDhcp>> _answer;
    readonly Task _serving;

    /// <summary>Serves on a port that the kernel chooses; each query gets the answers given, also none or several.</summary>
    public FakeServer(Func<HandMadeDhcp, IEnumerable<HandMadeDhcp>> answer)
    {
        _answer = answer;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _serving = ServeAsync();
    }

    /// <summary>Where it is.</summary>
    public IPEndPoint Endpoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>What it was asked until now.</summary>
    public IReadOnlyCollection<HandMadeDhcp> Queries => _queries;

    /// <summary>The frame of an answer to a query.</summary>
    public static HandMadeDhcp Reply(HandMadeDhcp query, byte messageType) => new()
    {
        OpCode = 2,
        TransactionId = query.TransactionId,
        ClientAddress = query.ClientAddress,
        RelayAddress = query.RelayAddress,
        Options = [(53, [messageType])],
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _serving.Wait();
    }

    async Task ServeAsync()
    {
        var buffer = new byte[65_536];
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0));
                var query = HandMadeDhcp.Read(buffer.AsSpan(0, received.ReceivedBytes));
                _queries.Enqueue(query);
                foreach (var answer in _answer(query))
                    _socket.SendTo(answer.ToBytes(), received.RemoteEndPoint);
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
