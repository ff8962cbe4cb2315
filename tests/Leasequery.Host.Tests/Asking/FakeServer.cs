using System.Net;
using System.Net.Sockets;

namespace Leasequery.Host.Tests.Asking;

/// <summary>
/// A DHCP server on loopback. What it answers to its first, second, ... query is the test's business; answers go back to where
/// the query came from.
/// </summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly Socket _socket = Bind(IPAddress.Loopback);
    private readonly Socket _answering;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<byte[]> _queries = [];
    private readonly Task _loop;

    /// <param name="answer">From a query and its number, from 1, to the datagrams that answer it.</param>
    /// <param name="answerFrom">Another address to answer from.</param>
    public FakeServer(Func<byte[], int, IEnumerable<byte[]>> answer, IPAddress? answerFrom = null)
    {
        _answering = answerFrom is null ? _socket : Bind(answerFrom);
        EndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        _loop = Task.Run(() => AnswerAsync(answer));
    }

    public IPEndPoint EndPoint { get; }

    public IReadOnlyList<byte[]> Queries
    {
        get
        {
            lock (_queries)
                return [.. _queries];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _socket.Dispose();
        _answering.Dispose();
        _stop.Dispose();
    }

    private async Task AnswerAsync(Func<byte[], int, IEnumerable<byte[]>> answer)
    {
        var buffer = new byte[65536];
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                var query = buffer[..received.ReceivedBytes];
                int number;
                lock (_queries)
                {
                    _queries.Add(query);
                    number = _queries.Count;
                }

                foreach (var datagram in answer(query, number))
                    await _answering.SendToAsync(datagram, received.RemoteEndPoint, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // the test is over
        }
    }

    private static Socket Bind(IPAddress address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }
}
