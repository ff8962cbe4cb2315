using System.Diagnostics;
using System.Net.Sockets;
using Leasequery.Wire;

namespace Leasequery.Host.Replaying;

/// <summary>
/// Sends the DHCP messages of a capture as a relay that copies what it sees would: each one's UDP payload, unchanged, in one
/// datagram, in the order and, unless told otherwise, at the pace of the capture.
/// </summary>
/// <param name="socket">Connected to the server, so that it hears when nobody listens there.</param>
/// <param name="speed">How many times faster than the capture; none for as fast as the receiver can be trusted to follow.</param>
internal sealed class Replayer(Socket socket, double? speed)
{
    // A receiver with the kernel's usual buffer (208 KiB) holds about 150 datagrams of 600 bytes, with what the kernel adds to
    // each. A pause after 32 leaves it four times the room it needs; that is still some 20,000 messages a second.
    private const int Burst = 32;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private int _sentWithoutPause;

    /// <summary>What was done up to now.</summary>
    public ReplaySummary Summary { get; } = new();

    /// <summary>Sends everything up to the end of the capture, or to where it breaks.</summary>
    /// <exception cref="SocketException">The system refuses to send.</exception>
    public async Task RunAsync(CaptureReader capture, Action<long> onPosition, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        DateTime? first = null;
        while (capture.TryRead(out var packet))
        {
            cancellation.ThrowIfCancellationRequested();
            onPosition(capture.Position);
            if (TakeMessage(packet) is not { } message)
                continue;
            first ??= packet.At;
            await PaceAsync(packet.At - first.Value, Stopwatch.GetElapsedTime(started), cancellation);
            Send(message);
            DhcpPacket.TryParse(message, out var sent, out _);
            Summary.CountSent(sent);
        }

        onPosition(capture.Position);
        if ((int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)! != 0)
            Summary.Refused++;
    }

    private byte[]? TakeMessage(in CapturedPacket packet)
    {
        var reason = FrameDissector.TryDissect(packet, out var payload);
        if (reason == SkipReason.LinkTypeNotSupported)
            Summary.CountSkipped(reason, packet.LinkType.ToString());
        else if (reason != SkipReason.None)
            Summary.CountSkipped(reason);
        else if (!DhcpPacket.TryParse(payload, out _, out var error))
            Summary.CountSkipped(SkipReason.NotDhcp, error.ToString());
        else
            return payload;
        return null;
    }

    // Messages may be due all at once, or lie in the past where the capture's clock was set back: those make bursts.
    private async Task PaceAsync(TimeSpan atInCapture, TimeSpan elapsed, CancellationToken cancellation)
    {
        var wait = speed is { } factor ? atInCapture / factor - elapsed : TimeSpan.Zero;
        if (wait <= TimeSpan.Zero && ++_sentWithoutPause < Burst)
            return;
        _sentWithoutPause = 0;
        await Task.Delay(wait > Pause ? wait : Pause, cancellation);
    }

    // A refusal is of the datagram before: the kernel reports it in place of sending the next one, which is sent again.
    private void Send(ReadOnlySpan<byte> message)
    {
        try
        {
            socket.Send(message);
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.ConnectionRefused)
        {
            Summary.Refused++;
            socket.Send(message);
        }
    }
}
