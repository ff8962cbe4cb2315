namespace Leasequery.Wire.Leasequeries;

/// <summary>Writes the answer to a query in the dialect of its requestor.</summary>
public static class LeasequeryReply
{
    /// <summary>Holds any reply: an Ethernet frame's worth of UDP payload.</summary>
    public const int MaxSize = 1472;

    /// <summary>
    /// Replies are padded to this size. BOOTP's 300 bytes, rounded up to what an ACTIVE with option 82 needs: most replies
    /// then have one size, which lets the kernel send runs of them as segments.
    /// </summary>
    public const int UsualSize = 320;

    private static readonly OptionSet DraftDefaults = OptionSet.Of(DhcpOption.LeaseTime, DhcpOption.RelayAgentInformation);

    private static readonly OptionSet RfcDefaults = OptionSet.Of(DhcpOption.LeaseTime, DhcpOption.RenewalTime,
        DhcpOption.RebindingTime, DhcpOption.ClientIdentifier, DhcpOption.RelayAgentInformation);

    /// <summary>
    /// Writes the reply and returns its length. What does not fit into <see cref="MaxSize"/> is left out, option by option;
    /// option 82 has its room reserved, because it is what the query is for. A lease whose end has come is told as no lease:
    /// the answer may have been kept until after it.
    /// </summary>
    /// <param name="destination">At least <see cref="MaxSize"/> bytes; what is behind them is not used.</param>
    /// <param name="request">The query.</param>
    /// <param name="dialect">The dialect to answer in.</param>
    /// <param name="answer">What is known of the address.</param>
    /// <param name="now">Unix seconds.</param>
    /// <param name="server">The address that was asked: the server identifier.</param>
    public static int Write(Span<byte> destination, in LeasequeryRequest request, LeasequeryDialect dialect,
        in LeasequeryAnswer answer, uint now, Ipv4Address server)
    {
        var isOver = answer.Outcome == LeasequeryOutcome.Leased && answer.ExpiresAt <= now;
        var outcome = isOver ? LeasequeryOutcome.Unleased : answer.Outcome;
        var writer = new DhcpPacketWriter(destination[..Math.Min(destination.Length, MaxSize)], DhcpOpCode.BootReply)
        {
            TransactionId = request.TransactionId,
            Flags = request.Flags,
            ClientAddress = request.Address,
            RelayAddress = request.RelayAddress,
        };
        writer.TryWriteOption(DhcpOption.MessageType, (byte)dialect.ReplyType(outcome));

        // N26: a NAK carries nothing else. RFC 4388 servers send their identifier with every answer, the drafts with an ACK.
        if (dialect == LeasequeryDialect.Rfc4388 || outcome != LeasequeryOutcome.Unmanaged)
            writer.TryWriteOption(DhcpOption.ServerIdentifier, server);

        // RFC 4388 6.4.2: UNASSIGNED is complete here. The drafts tell the most recent device and its location too (N31, N34).
        var isComplete = outcome == LeasequeryOutcome.Unmanaged
            || (outcome == LeasequeryOutcome.Unleased && dialect == LeasequeryDialect.Rfc4388);
        if (!isComplete)
            WriteBinding(ref writer, request, dialect, outcome, answer, now);
        return writer.Finish(UsualSize);
    }

    private static void WriteBinding(ref DhcpPacketWriter writer, in LeasequeryRequest request, LeasequeryDialect dialect,
        LeasequeryOutcome outcome, in LeasequeryAnswer answer, uint now)
    {
        var isRfc = dialect == LeasequeryDialect.Rfc4388;
        ref readonly var wanted = ref request.Parameters; // no copy of what was written a moment ago: the processor stalls on it
        if (!request.HasParameterList)
            wanted = ref isRfc ? ref RfcDefaults : ref DraftDefaults;
        writer.HardwareAddress = answer.Device;
        if (outcome is LeasequeryOutcome.Leased or LeasequeryOutcome.Configured)
            WriteTimes(ref writer, wanted, answer, now);
        if ((isRfc || wanted.Contains(DhcpOption.ClientLastTransactionTime))
            && answer.LastTransactionAt != 0 && answer.LastTransactionAt <= now)
            writer.TryWriteOption(DhcpOption.ClientLastTransactionTime, now - answer.LastTransactionAt);

        var information = wanted.Contains(DhcpOption.RelayAgentInformation) ? answer.RelayAgentInformation : default;
        if (Reserve(information) > writer.Room)
            information = default; // no reply can hold it: then the others need not make room for it
        var identifier = wanted.Contains(DhcpOption.ClientIdentifier) ? answer.ClientIdentifier : default;
        if (!identifier.IsEmpty && writer.Room >= Reserve(identifier) + Reserve(information))
            writer.TryWriteOption(DhcpOption.ClientIdentifier, identifier);
        WriteOptions(ref writer, wanted, answer.Options, Reserve(information));
        if (!information.IsEmpty) // last, as RFC 3046 section 2.1 wants it
            writer.TryWriteOption(DhcpOption.RelayAgentInformation, information);
    }

    // N27 to N30: what remains of the lease, of T1 and T2; never a time that is over.
    private static void WriteTimes(ref DhcpPacketWriter writer, in OptionSet wanted, in LeasequeryAnswer answer, uint now)
    {
        var isInfinite = answer.ExpiresAt == LeasequeryAnswer.Never;
        if (wanted.Contains(DhcpOption.LeaseTime) && answer.ExpiresAt > now)
            writer.TryWriteOption(DhcpOption.LeaseTime, isInfinite ? LeasequeryAnswer.Never : answer.ExpiresAt - now);
        if (isInfinite)
            return;
        if (wanted.Contains(DhcpOption.RenewalTime) && answer.RenewsAt > now)
            writer.TryWriteOption(DhcpOption.RenewalTime, answer.RenewsAt - now);
        if (wanted.Contains(DhcpOption.RebindingTime) && answer.RebindsAt > now)
            writer.TryWriteOption(DhcpOption.RebindingTime, answer.RebindsAt - now);
    }

    // Ends, because each step takes at least two bytes; a torn or bad length ends it too.
    private static void WriteOptions(ref DhcpPacketWriter writer, in OptionSet wanted, ReadOnlySpan<byte> options, int reserved)
    {
        while (options.Length >= 2 && options.Length >= 2 + options[1])
        {
            var code = (DhcpOption)options[0];
            if (wanted.Contains(code) && writer.Room >= 2 + options[1] + reserved)
                writer.TryWriteOption(code, options.Slice(2, options[1]));
            options = options[(2 + options[1])..];
        }
    }

    private static int Reserve(ReadOnlySpan<byte> value) =>
        value.IsEmpty ? 0 : value.Length + 2 * ((value.Length + byte.MaxValue - 1) / byte.MaxValue);
}
