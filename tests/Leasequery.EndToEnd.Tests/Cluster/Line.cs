using System.Buffers.Binary;
using System.Net;
using System.Text;
using Leasequery.EndToEnd.Tests.Peers.Packets;

namespace Leasequery.EndToEnd.Tests.Cluster;

/// <summary>
/// A subscriber's line: an address that goes to another device at another port, for a longer lease, each time: a version of the
/// truth. The record of it is the test's own: what was sent, and what was heard in answers.
/// </summary>
/// <param name="number">0 to 4095.</param>
public sealed class Line(int number)
{
    const uint ShortestLease = 86_400, LeaseStep = 60;
    const string Circuit = "port ";

    /// <summary>
    /// How far the end of a lease may lie from where it was put: the message waited, and both sides count whole seconds. Less
    /// than the ends of two versions are apart.
    /// </summary>
    const double SlackSeconds = 20;

    readonly List<DateTime> _sentAt = [DateTime.MinValue]; // of version 0, which is none

    /// <summary>Spread over stripes of sixteen blocks, and so over all shards.</summary>
    public IPAddress Address { get; } = new([10, (byte)(number % 16), (byte)(number / 16 % 16 * 16), (byte)(1 + number / 256)]);

    /// <summary>Its number.</summary>
    public int Number => number;

    /// <summary>
    /// The highest version that any node has told: from then on it is stored, and no node may tell an older one.
    /// </summary>
    public int Told { get; private set; }

    /// <summary>The version that was sent last.</summary>
    public int Sent => _sentAt.Count - 1;

    /// <summary>When somebody last told the truth about it.</summary>
    public DateTime RightAt { get; set; }

    /// <summary>The copy of an ACK that makes a new version of the truth.</summary>
    public HandMadeDhcp Move(IPAddress relay)
    {
        var version = _sentAt.Count;
        var (circuit, lease, device) = ($"{Circuit}{version}", new byte[sizeof(uint)], DeviceOf(version));
        BinaryPrimitives.WriteUInt32BigEndian(lease, LeaseOf(version));
        _sentAt.Add(DateTime.UtcNow);
        return new HandMadeDhcp
        {
            OpCode = 2,
            YourAddress = Address,
            RelayAddress = relay,
            Hardware = device,
            Options =
            [
                (53, [5]), (54, [10, 255, 0, 2]), (51, lease), (61, [1, .. device]),
                (82, [1, (byte)circuit.Length, .. Encoding.ASCII.GetBytes(circuit)]),
            ],
        };
    }

    /// <summary>The version that an answer tells; -1 for none that is true. What is told is noted.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="wrong">What is wrong with it.</param>
    public int Read(HandMadeDhcp answer, out string wrong)
    {
        wrong = "";
        if (answer.MessageType == HandMadeQuery.Unassigned)
            return 0;
        if (answer.MessageType != HandMadeQuery.Active || answer.CircuitId?.StartsWith(Circuit, StringComparison.Ordinal) != true)
            wrong = "no lease in it";
        else if (!int.TryParse(answer.CircuitId.AsSpan(Circuit.Length), out var version) || version < 1
            || version >= _sentAt.Count)
            wrong = "a port where the device never was";
        else if (!answer.Hardware.AsSpan().SequenceEqual(DeviceOf(version)) || answer.Option(61) is not [1, .. var client]
            || !client.SequenceEqual(DeviceOf(version)))
            wrong = "another device";
        else if (Math.Abs(answer.Seconds(51).GetValueOrDefault() + (DateTime.UtcNow - _sentAt[version]).TotalSeconds
            - LeaseOf(version)) > SlackSeconds)
            wrong = $"a lease that ends at another time than that of {_sentAt[version]:HH:mm:ss.f}";
        else
        {
            Told = Math.Max(Told, version);
            return version;
        }
        return -1;
    }

    static uint LeaseOf(int version) => ShortestLease + (uint)version * LeaseStep;

    byte[] DeviceOf(int version) => [0x02, (byte)version, .. Address.GetAddressBytes()];
}
