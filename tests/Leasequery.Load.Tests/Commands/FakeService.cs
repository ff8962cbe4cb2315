using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Leasequery.Load.Tests.Sockets;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Load.Tests.Commands;

/// <summary>
/// A leasequery server on the loopback, as far as the load's commands look at one: it keeps what DHCPACKs bind, answers queries
/// from that, acknowledges DHCPREQUESTs, and has metrics.
/// </summary>
internal sealed class FakeService : IDisposable
{
    private readonly LoopbackEcho _datagrams;
    private readonly TcpListener _metrics = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Ipv4Address, Lease> _leases = new();
    private readonly ConcurrentQueue<Ipv4Address> _stored = new();
    private readonly byte[] _reply = new byte[LeasequeryReply.MaxSize];
    private int _toShed;
    private int _toLose;
    private int _shed;

    /// <summary>Starts it.</summary>
    /// <param name="shed">So many of the first ACKs are dropped and counted.</param>
    /// <param name="lost">So many of those behind them are not even seen.</param>
    public FakeService(int shed = 0, int lost = 0)
    {
        (_toShed, _toLose) = (shed, lost);
        _datagrams = new LoopbackEcho(Answer);
        _metrics.Start();
        _ = Task.Run(ServeMetricsAsync);
    }

    /// <summary>Where it is.</summary>
    public Ipv4Endpoint Endpoint => _datagrams.Endpoint;

    /// <summary>Where its metrics are.</summary>
    public string Metrics => $"http://{_metrics.LocalEndpoint}/metrics";

    /// <summary>Events that it has stored.</summary>
    public int Stored => _stored.Count;

    /// <summary>The addresses of these events, the oldest first.</summary>
    public IReadOnlyList<Ipv4Address> InOrder => [.. _stored];

    /// <summary>The addresses of which it knows a lease.</summary>
    public ICollection<Ipv4Address> Addresses => _leases.Keys;

    public void Dispose()
    {
        _datagrams.Dispose();
        _metrics.Stop();
    }

    private byte[]? Answer(byte[] message)
    {
        if (!DhcpPacket.TryParse(message, out var packet, out _))
            return null;
        switch (packet.MessageType)
        {
            case DhcpMessageType.Ack:
                Glean(packet);
                return null;
            case DhcpMessageType.Request:
                var writer = new DhcpPacketWriter(_reply, DhcpOpCode.BootReply) { TransactionId = packet.TransactionId };
                writer.TryWriteOption(DhcpOption.MessageType, (byte)DhcpMessageType.Ack);
                return _reply[..writer.Finish()];
            default:
                return LeasequeryRequest.TryRead(packet, out var request) == LeasequeryRefusal.None ? Locate(request) : null;
        }
    }

    private void Glean(DhcpPacket ack)
    {
        if (_toShed > 0)
        {
            _toShed--;
            Interlocked.Increment(ref _shed);
            return;
        }

        if (_toLose > 0)
        {
            _toLose--;
            return;
        }

        ack.TryGetOption(DhcpOption.RelayAgentInformation, out var location);
        ack.TryGetUInt32(DhcpOption.LeaseTime, out var seconds);
        _leases[ack.YourAddress] = new Lease(ack.HardwareAddress, location.ToArray(), Now + seconds);
        _stored.Enqueue(ack.YourAddress);
    }

    private byte[] Locate(in LeasequeryRequest request)
    {
        var answer = _leases.TryGetValue(request.Address, out var lease)
            ? new LeasequeryAnswer
            {
                Outcome = LeasequeryOutcome.Leased,
                Device = lease.Device,
                ExpiresAt = lease.ExpiresAt,
                RelayAgentInformation = lease.Location,
            }
            : new LeasequeryAnswer { Outcome = LeasequeryOutcome.Unleased };
        return _reply[..LeasequeryReply.Write(_reply, request, LeasequeryDialect.Rfc4388, answer, Now, Endpoint.Address)];
    }

    // One request a connection, whatever it asks for.
    private async Task ServeMetricsAsync()
    {
        try
        {
            while (true)
            {
                using var connection = await _metrics.AcceptTcpClientAsync();
                using var reader = new StreamReader(connection.GetStream(), Encoding.ASCII);
                while (!string.IsNullOrEmpty(await reader.ReadLineAsync()))
                {
                }

                var body = $"leasequery_gleaned_total{{result=\"stored\"}} {Stored}\n"
                    + $"leasequery_drops_total{{reason=\"shed\"}} {Volatile.Read(ref _shed)}\n";
                var response = $"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}";
                await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(response));
            }
        }
        catch (Exception cause) when (cause is ObjectDisposedException or SocketException or IOException)
        {
            // closed, or the other end went in the middle
        }
    }

    private static uint Now => (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    private sealed record Lease(HardwareAddress Device, byte[] Location, uint ExpiresAt);
}
