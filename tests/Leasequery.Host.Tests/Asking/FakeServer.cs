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
    private readonly List<byte[]> _queries = [];
    private readonly Task _loop;

    /// <param name="answer">From a query and its number, from 1, to the datagrams that answer it.</param>
    /// <param name="answerFrom">Another address to answer from.</param>
    public FakeServer(Func<byte[], int, IEnumerable<byte[]>> answer, IPAddress? answerFrom = null)
    {
        _answering = answerFrom is null ? _socket : Bind(answerFrom);
        EndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        _loop = Task.Factory.StartNew(() => Answer(answer), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
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
        _socket.Dispose(); // which ends the wait for a query
        await _loop;
        _answering.Dispose();
    }

    // On a thread of its own: those of the pool, which tests keep busy, would be late.
    private void Answer(Func<byte[], int, IEnumerable<byte[]>> answer)
    {
        var buffer = new byte[65536];
        EndPoint requestor = new IPEndPoint(IPAddress.Any, 0);
        try
        {
            while (true)
            {
                var query = buffer[.._socket.ReceiveFrom(buffer, ref requestor)];
                int number;
                lock (_queries)
                {
                    _queries.Add(query);
                    number = _queries.Count;
                }

                foreach (var datagram in answer(query, number))
                    _answering.SendTo(datagram, requestor);
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
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
