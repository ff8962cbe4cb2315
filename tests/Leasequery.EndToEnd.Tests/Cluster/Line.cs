using System.Net;
using System.Text;
using Leasequery.EndToEnd.Tests.Peers.Packets;

namespace Leasequery.EndToEnd.Tests.Cluster;

/// <summary>
/// A subscriber's line: an address whose device moves from port to port, a version of the truth each time. The record of it is
/// the test's own: what was sent, and what was heard in answers.
/// </summary>
/// <param name="number">0 to 4095.</param>
public sealed class Line(int number)
{
    const uint LeaseSeconds = 86_400;
    const string Circuit = "port ";

    /// <summary>
    /// How far the end of a lease may lie from where it was put: the message waited, and both sides count whole seconds.
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

    byte[] Hardware => [0x02, 0x51, .. Address.GetAddressBytes()];

    /// <summary>The copy of an ACK that makes a new version of the truth.</summary>
    public HandMadeDhcp Move(IPAddress relay)
    {
        var circuit = $"{Circuit}{_sentAt.Count}";
        _sentAt.Add(DateTime.UtcNow);
        return new HandMadeDhcp
        {
            OpCode = 2,
            YourAddress = Address,
            RelayAddress = relay,
            Hardware = Hardware,
            Options =
            [
                (53, [5]), (54, [10, 255, 0, 2]), (51, [0, 1, 0x51, 0x80]), (61, [1, .. Hardware]),
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
        else if (!answer.Hardware.AsSpan().SequenceEqual(Hardware) || answer.Option(61) is not [1, .. var client]
            || !client.SequenceEqual(Hardware))
            wrong = "another device";
        else if (Math.Abs(answer.Seconds(51).GetValueOrDefault() + (DateTime.UtcNow - _sentAt[version]).TotalSeconds
            - LeaseSeconds) > SlackSeconds)
            wrong = $"a lease that ends at another time than that of {_sentAt[version]:HH:mm:ss.f}";
        else
        {
            Told = Math.Max(Told, version);
            return version;
        }
        return -1;
    }
}
