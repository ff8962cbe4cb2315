using Leasequery.Domain.Bindings;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Domain.Upstream;

/// <summary>What a DHCP server says about an address.</summary>
public enum ServerVerdict : byte
{
    /// <summary>Somebody holds a lease (N40).</summary>
    Leased,

    /// <summary>The server manages the address, and nobody holds a lease (N42).</summary>
    NoLease,

    /// <summary>The server does not manage the address (N43).</summary>
    NotManaged,

    /// <summary>The server does not answer (N45).</summary>
    Silent,

    /// <summary>The server was not asked: too many addresses wait for it.</summary>
    Busy,

    /// <summary>The server knows whose the address is, and of no lease (N24): it says active, and no time.</summary>
    Configured,
}

/// <summary>A server's reply to a leasequery as a value, before its dialect is applied.</summary>
/// <param name="TransactionId">xid.</param>
/// <param name="MessageType">Option 53.</param>
/// <param name="Address">ciaddr.</param>
/// <param name="Device">htype, hlen and chaddr.</param>
/// <param name="ClientIdentifier">Option 61.</param>
/// <param name="RemainingSeconds">Option 51.</param>
/// <param name="RenewalSeconds">Option 58.</param>
/// <param name="RebindingSeconds">Option 59.</param>
/// <param name="LastTransactionSeconds">Option 91.</param>
/// <param name="Server">Option 54.</param>
/// <param name="RelayAgentInformation">Option 82.</param>
/// <param name="Options">Kept options: code, length, value.</param>
public sealed record ServerReply(uint TransactionId, DhcpMessageType MessageType, Ipv4Address Address, HardwareAddress Device,
    ClientIdentifier? ClientIdentifier, uint? RemainingSeconds, uint? RenewalSeconds, uint? RebindingSeconds,
    uint? LastTransactionSeconds, Ipv4Address Server, OctetString RelayAgentInformation, OctetString Options)
{
    /// <summary>
    /// Tells whether a BOOTREPLY answers a leasequery. Draft 0 answers with ACK and NAK, as servers answer clients; but a
    /// client's ACK has a yiaddr or answers an INFORM, and asked from here is neither.
    /// </summary>
    public static bool Is(DhcpPacket packet) =>
        packet.OpCode == DhcpOpCode.BootReply && !packet.ClientAddress.IsUnspecified && packet.YourAddress.IsUnspecified
        && packet.MessageType is DhcpMessageType.Ack or DhcpMessageType.Nak or > DhcpMessageType.LeaseQuery;

    /// <summary>Reads the reply.</summary>
    public static ServerReply Read(DhcpPacket packet, OptionSet keptOptions)
    {
        Gleaning.TryReadRelayAgentInformation(packet, out var information);
        packet.TryGetAddress(DhcpOption.ServerIdentifier, out var server);
        return new ServerReply(
            packet.TransactionId,
            packet.MessageType,
            packet.ClientAddress,
            packet.HardwareAddress,
            Gleaning.ReadClientIdentifier(packet),
            Seconds(packet, DhcpOption.LeaseTime),
            Seconds(packet, DhcpOption.RenewalTime),
            Seconds(packet, DhcpOption.RebindingTime),
            Seconds(packet, DhcpOption.ClientLastTransactionTime),
            server,
            information,
            Gleaning.ReadKeptOptions(packet, keptOptions));
    }

    /// <summary>What the reply says in a dialect; false when it answers no query of that dialect.</summary>
    public bool TryRead(LeasequeryDialect dialect, out ServerVerdict verdict)
    {
        var isReply = dialect.TryReadReply(MessageType, RemainingSeconds, out var outcome);
        verdict = outcome switch
        {
            LeasequeryOutcome.Leased => ServerVerdict.Leased,
            LeasequeryOutcome.Configured => ServerVerdict.Configured,
            LeasequeryOutcome.Unleased => ServerVerdict.NoLease,
            _ => ServerVerdict.NotManaged,
        };
        return isReply;
    }

    /// <summary>The dialect that a server's first reply gives away; null when no dialect has its message type.</summary>
    public LeasequeryDialect? Dialect() =>
        MessageType == LeasequeryDialect.Draft2.ReplyType(LeasequeryOutcome.Leased) && RemainingSeconds > 0
            ? LeasequeryDialect.Draft2 // KNOWN with a lease: draft 4 would say ACTIVE
            : Enum.GetValues<LeasequeryDialect>().Reverse().Cast<LeasequeryDialect?>()
                .FirstOrDefault(dialect => TryRead(dialect!.Value, out _));

    /// <summary>
    /// The lease that the reply tells of, the device that it names without one, or the device that had the last one; null when it
    /// tells of none.
    /// </summary>
    /// <param name="verdict">What the reply says in its dialect.</param>
    /// <param name="unstatedSeconds">
    /// How long to believe a reply that says no time, though asked for it: until it is worth asking again.
    /// </param>
    public LeaseReported? ToObservation(ServerVerdict verdict, uint unstatedSeconds) => verdict switch
    {
        ServerVerdict.Leased => ToObservation(RemainingSeconds ?? 0),
        ServerVerdict.Configured => ToObservation(unstatedSeconds) with { IsConfigured = true },
        ServerVerdict.NoLease when !Device.IsNone || ClientIdentifier is not null => ToObservation(0),
        _ => null,
    };

    private LeaseReported ToObservation(uint remainingSeconds) => new(Address, Device, ClientIdentifier, TransactionId,
        remainingSeconds, RenewalSeconds, RebindingSeconds, LastTransactionSeconds, Server, RelayAgentInformation, Options);

    private static uint? Seconds(DhcpPacket packet, DhcpOption option) =>
        packet.TryGetUInt32(option, out var seconds) ? seconds : null;
}
