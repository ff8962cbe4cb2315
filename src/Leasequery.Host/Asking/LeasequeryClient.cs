using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Leasequery.Host.Wording;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Host.Asking;

/// <summary>Asks one server about one address and waits for the answer, as a requestor does (draft section 6.5).</summary>
internal static class LeasequeryClient
{
    private const int LargestDatagram = 65507;

    /// <summary>Sends the query, again when nothing comes, and returns the first datagram that answers it.</summary>
    /// <exception cref="CommandFailedException">The query cannot be sent at all.</exception>
    public static async Task<AskResult> AskAsync(LeasequeryQuestion question, ReplySocket socket, CancellationToken cancellation)
    {
        var transactionId = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint)));
        var query = WriteQuery(question, socket, transactionId);
        var ignored = new Dictionary<string, int>();
        var buffer = new byte[LargestDatagram];
        var started = Stopwatch.GetTimestamp();
        var tries = 0;
        foreach (var end in Ends(question.Timeout, question.Tries))
        {
            await SendAsync(socket.Socket, query, question.Server, cancellation);
            tries++;
            using var window = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            window.CancelAfter(TimeSpan.FromTicks(Math.Max(0, (end - Stopwatch.GetElapsedTime(started)).Ticks)));
            try
            {
                while (true)
                {
                    var received = await socket.Socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), window.Token);
                    var elapsed = Stopwatch.GetElapsedTime(started);
                    var reply = buffer.AsSpan(0, received.ReceivedBytes);
                    if (WhyIgnored(reply, question.Dialect, transactionId) is not { } reason)
                        return new Answered(tries, elapsed, reply.ToArray(), (IPEndPoint)received.RemoteEndPoint);
                    CollectionsMarshal.GetValueRefOrAddDefault(ignored, reason, out _)++;
                }
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // this try's time is over
            }
        }

        return new Unanswered(tries, Stopwatch.GetElapsedTime(started),
            [.. ignored.Select(entry => $"{entry.Value} {entry.Key}")]);
    }

    /// <summary>
    /// When the wait of each try is over: each is twice as long as the one before (RFC 2131 section 4.1), and the last is over
    /// with the timeout. Without the random part of the RFC: one person's queries cannot fall into step with anybody's.
    /// </summary>
    internal static IEnumerable<TimeSpan> Ends(TimeSpan timeout, int tries)
    {
        var shortest = timeout / (Math.Pow(2, tries) - 1);
        return Enumerable.Range(1, tries).Select(number => shortest * (Math.Pow(2, number) - 1));
    }

    private static byte[] WriteQuery(LeasequeryQuestion question, ReplySocket socket, uint transactionId)
    {
        var request = new LeasequeryRequest(question.Address, socket.RelayAddress, transactionId, Flags: 0,
            question.Dialect.QueryType(question.DraftQuery), HasParameterList: true, question.Options, socket.WantsSourcePort);
        var buffer = new byte[LeasequeryReply.MaxSize];
        return buffer[..request.Write(buffer)];
    }

    private static async Task SendAsync(Socket socket, byte[] query, IPEndPoint server, CancellationToken cancellation)
    {
        try
        {
            await socket.SendToAsync(query, server, cancellation);
        }
        catch (SocketException failure)
        {
            throw new CommandFailedException(ExitCodes.Unavailable,
                $"cannot send to {server} ({failure.SocketErrorCode.InWords()}): check the address and the route to it", failure);
        }
    }

    private static string? WhyIgnored(ReadOnlySpan<byte> datagram, LeasequeryDialect dialect, uint transactionId)
    {
        if (!DhcpPacket.TryParse(datagram, out var packet, out var error))
            return $"not DHCP ({error})";
        if (packet.TransactionId != transactionId)
            return "of another transaction";
        return LeasequeryReplyView.TryRead(packet, dialect, out _)
            ? null
            : $"of {dialect.ReplyName(packet.MessageType)}, which answers no {dialect.Name()} query";
    }
}
