using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Peers.Packets;

namespace Leasequery.EndToEnd.Tests.Upstream;

/// <summary>
/// An access device that lost its tables: asks about many addresses, so many at a time, and repeats every two seconds what is
/// not answered.
/// </summary>
public sealed class AccessConcentrator : IDisposable
{
    const int ReceiveBuffer = 4 << 20;

    static readonly TimeSpan Resend = TimeSpan.FromSeconds(2);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    readonly byte[] _buffer = new byte[65_536];
    readonly IPAddress _own;
    readonly Socket _socket;

    /// <summary>Binds in the namespace; giaddr of its queries is the address given.</summary>
    public AccessConcentrator(NetworkNamespace place, IPEndPoint local)
    {
        _own = local.Address;
        _socket = place.Run(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
            {
                ReceiveBufferSize = ReceiveBuffer,
            };
            socket.Bind(local);
            return socket;
        });
    }

    /// <summary>Sends a message that is no question, such as a copy of an ACK.</summary>
    public void Send(HandMadeDhcp message, IPEndPoint to) => _socket.SendTo(message.ToBytes(), to);

    /// <summary>
    /// Asks about all of them until each is answered or the time is over; returns the answers that came, by address.
    /// </summary>
    public Task<IReadOnlyDictionary<IPAddress, HandMadeDhcp>> AskAsync(
        IEnumerable<IPAddress> addresses, IPEndPoint service, TimeSpan limit, int window = 1000) => Task.Run(
        () =>
        {
            var started = Stopwatch.GetTimestamp();
            var next = new Queue<HandMadeDhcp>(addresses.Select(address => HandMadeQuery.About(address, _own)));
            var open = new Dictionary<uint, HandMadeDhcp>();
            var repeats = new Queue<(uint TransactionId, long SentAt)>(); // in the order of time: each waits as long
            var answers = new Dictionary<IPAddress, HandMadeDhcp>();
            while ((next.Count > 0 || open.Count > 0) && Stopwatch.GetElapsedTime(started) < limit)
            {
                while (open.Count < window && next.TryDequeue(out var query))
                    Ask(query);
                while (repeats.TryPeek(out var first) && Stopwatch.GetElapsedTime(first.SentAt) >= Resend)
                    if (open.TryGetValue(repeats.Dequeue().TransactionId, out var query))
                        Ask(query);
                if (!_socket.Poll(Pause, SelectMode.SelectRead))
                    continue;
                var answer = HandMadeDhcp.Read(_buffer.AsSpan(0, _socket.Receive(_buffer)));
                if (open.Remove(answer.TransactionId, out var asked)) // otherwise the second answer to what was repeated
                    answers[asked.ClientAddress] = answer;
            }
            return (IReadOnlyDictionary<IPAddress, HandMadeDhcp>)answers;

            void Ask(HandMadeDhcp query)
            {
                open[query.TransactionId] = query;
                repeats.Enqueue((query.TransactionId, Stopwatch.GetTimestamp()));
                _socket.SendTo(query.ToBytes(), service);
            }
        });

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
