namespace Leasequery.Wire.Leasequeries;

/// <summary>
/// A server's answer to a query, as its requestor reads it (draft section 6.4, RFC 4388 section 6.4), seen in the bytes it
/// came in. An option whose length is not what it should be counts as absent: what is left is still worth having.
/// </summary>
public readonly ref struct LeasequeryReplyView
{
    private LeasequeryReplyView(DhcpPacket packet, LeasequeryOutcome outcome)
    {
        Packet = packet;
        Outcome = outcome;
    }

    /// <summary>The message itself: the device, ciaddr, and whatever options were asked for besides.</summary>
    public DhcpPacket Packet { get; }

    /// <summary>What the server says, whatever its dialect calls it.</summary>
    public LeasequeryOutcome Outcome { get; }

    /// <summary>Option 51: seconds until the lease ends; none where there is none; all ones for a lease without end.</summary>
    public uint? RemainingTime => Seconds(DhcpOption.LeaseTime) is var time and not 0 ? time : null;

    /// <summary>Option 58: seconds until T1.</summary>
    public uint? RenewalTime => Seconds(DhcpOption.RenewalTime);

    /// <summary>Option 59: seconds until T2.</summary>
    public uint? RebindingTime => Seconds(DhcpOption.RebindingTime);

    /// <summary>Option 91: seconds since the client's last transaction. Tells which of two servers knows better.</summary>
    public uint? LastTransactionTime => Seconds(DhcpOption.ClientLastTransactionTime);

    /// <summary>Option 54: which server answered, where it says so.</summary>
    public Ipv4Address? ServerIdentifier =>
        Packet.TryGetAddress(DhcpOption.ServerIdentifier, out var address) ? address : null;

    /// <summary>
    /// Reads the answer to a query that asked for the remaining time. False when the packet answers no query of this dialect.
    /// </summary>
    public static bool TryRead(DhcpPacket packet, LeasequeryDialect dialect, out LeasequeryReplyView reply)
    {
        uint? remaining = packet.TryGetUInt32(DhcpOption.LeaseTime, out var time) ? time : null;
        reply = default;
        if (packet.OpCode != DhcpOpCode.BootReply || !dialect.TryReadReply(packet.MessageType, remaining, out var outcome))
            return false;
        reply = new LeasequeryReplyView(packet, outcome);
        return true;
    }

    private uint? Seconds(DhcpOption code) => Packet.TryGetUInt32(code, out var seconds) ? seconds : null;
}
