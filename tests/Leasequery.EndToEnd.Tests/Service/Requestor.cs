using System.Net;
using System.Net.Sockets;
using Leasequery.EndToEnd.Tests.Peers.Packets;

namespace Leasequery.EndToEnd.Tests.Service;

/// <summary>
/// An access concentrator on the loopback: asks, asks again when nothing comes, and knows its answers by their xid.
/// </summary>
public sealed class Requestor : IDisposable
{
    static readonly TimeSpan Resend = TimeSpan.FromSeconds(1);

    readonly byte[] _buffer = new byte[65_536];
    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    /// <summary>Binds a port that the kernel chooses, of 127.0.0.1 or another address of the loopback.</summary>
    public Requestor(string address = "127.0.0.1") => _socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));

    /// <summary>Where it is.</summary>
    public IPEndPoint Local => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Sends one datagram.</summary>
    public void Send(ReadOnlySpan<byte> datagram, IPEndPoint to) => _socket.SendTo(datagram, to);

    /// <summary>Sends one message.</summary>
    public void Send(HandMadeDhcp message, IPEndPoint to) => Send(message.ToBytes(), to);

    /// <summary>Asks, and returns the answer.</summary>
    public async Task<HandMadeDhcp> AskAsync(HandMadeDhcp query, IPEndPoint server) =>
        (await AskWithSourceAsync(query, server)).Answer;

    /// <summary>Asks, and returns the answer and who sent it.</summary>
    public async Task<(HandMadeDhcp Answer, IPEndPoint From)> AskWithSourceAsync(HandMadeDhcp query, IPEndPoint server)
    {
        using var limit = new CancellationTokenSource(Deadlines.Answer);
        while (!limit.IsCancellationRequested)
        {
            Send(query, server);
            if (await ReceiveAsync(query.TransactionId, limit.Token) is { } answered)
                return answered;
        }
        throw new TimeoutException($"Waited {Deadlines.Answer.TotalSeconds} s for {server} to answer: {query}");
    }

    /// <summary>The answer to a query that somebody else sends for us; the next one with its xid.</summary>
    public async Task<(HandMadeDhcp Answer, IPEndPoint From)> HearAsync(uint transactionId)
    {
        using var limit = new CancellationTokenSource(Deadlines.Answer);
        while (!limit.IsCancellationRequested)
            if (await ReceiveAsync(transactionId, limit.Token) is { } answered)
                return answered;
        throw new TimeoutException($"Waited {Deadlines.Answer.TotalSeconds} s at {Local} for the answer to {transactionId:x8}.");
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    async Task<(HandMadeDhcp Answer, IPEndPoint From)?> ReceiveAsync(uint transactionId, CancellationToken stop)
    {
        using var window = CancellationTokenSource.CreateLinkedTokenSource(stop);
        window.CancelAfter(Resend);
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveFromAsync(
                    _buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), window.Token);
                var message = HandMadeDhcp.Read(_buffer.AsSpan(0, received.ReceivedBytes));
                if (message.TransactionId == transactionId)
                    return (message, (IPEndPoint)received.RemoteEndPoint);
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
