using BenchmarkDotNet.Attributes;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Benchmarks;

/// <summary>
/// The first rung: bytes to values and back, in buffers that are there already. No look-up, no socket, no clock. The query
/// is what a CMTS sends (51, 58, 59 and 82 wanted), the reply an ACTIVE with T1, T2 and two sub-options of location.
/// </summary>
[MemoryDiagnoser]
public class CodecRung : IRung
{
    private const uint Now = 1_700_000_000;
    private const LeasequeryDialect Dialect = LeasequeryDialect.Rfc4388;

    private static readonly Ipv4Address Server = Ipv4Address.Parse("10.0.0.1");

    private readonly byte[] _query = new byte[LeasequeryReply.MaxSize];
    private readonly byte[] _ack = new byte[LeasequeryReply.MaxSize];
    private readonly byte[] _reply = new byte[LeasequeryReply.MaxSize];
    private readonly byte[] _options = [(byte)DhcpOption.SubnetMask, 4, 255, 255, 255, 0];
    private readonly byte[] _location = Convert.FromHexString("0104000204430206c40415bda861");
    private readonly int _queryLength;
    private readonly int _ackLength;
    private readonly HardwareAddress _device;
    private readonly LeasequeryRequest _request = new(Ipv4Address.Parse("10.1.2.3"), Ipv4Address.Parse("10.9.9.9"), 1, 0,
        Dialect.QueryType(), true, OptionSet.Of(DhcpOption.LeaseTime, DhcpOption.RenewalTime, DhcpOption.RebindingTime,
            DhcpOption.RelayAgentInformation), WantsSourcePort: false);

    /// <summary>Prepares the messages.</summary>
    public CodecRung()
    {
        HardwareAddress.TryParse("00:0a:28:00:fa:42", out _device);
        _queryLength = _request.Write(_query);
        _ackLength = WriteAck();
    }

    /// <inheritdoc/>
    public IEnumerable<Operation> Operations =>
    [
        new(nameof(ParseQuery), () => ParseQuery(), 0),
        new(nameof(ParseAck), () => ParseAck(), 0),
        new(nameof(WriteReply), () => WriteReply(), 0),
        new(nameof(ParseQueryAndWriteReply), () => ParseQueryAndWriteReply(), 0),
    ];

    /// <summary>What the datagram loop does with a query before it looks anything up.</summary>
    [Benchmark]
    public LeasequeryRequest ParseQuery()
    {
        DhcpPacket.TryParse(_query.AsSpan(0, _queryLength), out var packet, out _);
        LeasequeryRequest.TryRead(packet, out var request);
        return request;
    }

    /// <summary>What gleaning reads of an ACK: lease time, T1, T2, device, location.</summary>
    [Benchmark]
    public uint ParseAck()
    {
        DhcpPacket.TryParse(_ack.AsSpan(0, _ackLength), out var packet, out _);
        packet.TryGetUInt32(DhcpOption.LeaseTime, out var lease);
        packet.TryGetUInt32(DhcpOption.RenewalTime, out var renewal);
        packet.TryGetUInt32(DhcpOption.RebindingTime, out var rebinding);
        packet.TryReadOption(DhcpOption.RelayAgentInformation, [], out var location);
        return lease + renewal + rebinding + packet.YourAddress.Value + packet.HardwareAddress.Length + (uint)location.Length;
    }

    /// <summary>A reply with an active lease.</summary>
    [Benchmark]
    public int WriteReply() => WriteReply(_request);

    /// <summary>All that a query costs beside look-up and socket.</summary>
    [Benchmark]
    public int ParseQueryAndWriteReply() => WriteReply(ParseQuery());

    private int WriteReply(in LeasequeryRequest request)
    {
        var answer = new LeasequeryAnswer
        {
            Outcome = LeasequeryOutcome.Leased,
            Device = _device,
            ExpiresAt = Now + 3600,
            RenewsAt = Now + 1800,
            RebindsAt = Now + 3150,
            LastTransactionAt = Now - 60,
            Options = _options,
            RelayAgentInformation = _location,
        };
        return LeasequeryReply.Write(_reply, request, Dialect, answer, Now, Server);
    }

    private int WriteAck()
    {
        var writer = new DhcpPacketWriter(_ack, DhcpOpCode.BootReply)
        {
            TransactionId = 1,
            YourAddress = Ipv4Address.Parse("10.1.2.3"),
            RelayAddress = Ipv4Address.Parse("10.9.9.9"),
            HardwareAddress = _device,
        };
        var fits = writer.TryWriteOption(DhcpOption.MessageType, (byte)DhcpMessageType.Ack)
            && writer.TryWriteOption(DhcpOption.ServerIdentifier, Server)
            && writer.TryWriteOption(DhcpOption.LeaseTime, 3600u)
            && writer.TryWriteOption(DhcpOption.RenewalTime, 1800u)
            && writer.TryWriteOption(DhcpOption.RebindingTime, 3150u)
            && writer.TryWriteOption(DhcpOption.SubnetMask, _options.AsSpan(2))
            && writer.TryWriteOption(DhcpOption.RelayAgentInformation, _location);
        return fits ? writer.Finish() : throw new InvalidOperationException("the ACK fits");
    }
}
