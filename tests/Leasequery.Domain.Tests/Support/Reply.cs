using System.Buffers.Binary;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Domain.Tests.Support;

/// <summary>A reply as its requestor sees it. Options are by code, parts joined; hex where they hold no number.</summary>
internal sealed class Reply
{
    private readonly List<(DhcpOption Code, byte[] Value)> _options = [];

    private Reply(ReadOnlySpan<byte> bytes)
    {
        Assert.True(DhcpPacket.TryParse(bytes, out var packet, out var error), error.ToString());
        Assert.Equal(DhcpOpCode.BootReply, packet.OpCode);
        Type = (byte)packet.MessageType;
        Ciaddr = packet.ClientAddress;
        Giaddr = packet.RelayAddress;
        Xid = packet.TransactionId;
        Device = packet.HardwareAddress;
        foreach (var option in packet.Options)
            _options.Add((option.Code, option.Value.ToArray()));
    }

    public byte Type { get; }

    public Ipv4Address Ciaddr { get; }

    public Ipv4Address Giaddr { get; }

    public uint Xid { get; }

    public HardwareAddress Device { get; }

    /// <summary>The codes, in wire order, a split option once.</summary>
    public string Codes => string.Join(' ', _options.Select(option => (byte)option.Code).Distinct());

    /// <summary>Asks about an address as a requestor of the dialect does, and reads what comes.</summary>
    /// <param name="dialect">The dialect.</param>
    /// <param name="answer">What is known.</param>
    /// <param name="parameters">The codes of the parameter request list; null for a query without one.</param>
    /// <param name="now">Unix seconds.</param>
    public static Reply Of(LeasequeryDialect dialect, LeasequeryAnswer answer, string? parameters, uint now)
    {
        var query = new byte[512];
        var wanted = parameters?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(byte.Parse).ToArray();
        var length = new LeasequeryRequest(Some.Address, Some.Relay, 0xbeef, 0, dialect.QueryType(), wanted is not null,
            OptionSet.Read(wanted), false).Write(query);
        Assert.True(DhcpPacket.TryParse(query.AsSpan(0, length), out var packet, out _));
        Assert.Equal(LeasequeryRefusal.None, LeasequeryRequest.TryRead(packet, out var request));

        var reply = new byte[LeasequeryReply.MaxSize];
        return new Reply(reply.AsSpan(0, LeasequeryReply.Write(reply, request, dialect, answer, now, Some.Server)));
    }

    /// <summary>The number in an option; null when there is none.</summary>
    public uint? Number(DhcpOption code) =>
        Hex(code) is { } hex ? BinaryPrimitives.ReadUInt32BigEndian(Convert.FromHexString(hex)) : null;

    /// <summary>An option's bytes; null when there is none.</summary>
    public string? Hex(DhcpOption code)
    {
        var parts = _options.Where(option => option.Code == code).ToList();
        return parts.Count == 0 ? null : Convert.ToHexStringLower([.. parts.SelectMany(option => option.Value)]);
    }
}
