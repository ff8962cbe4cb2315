namespace Leasequery.Wire.Leasequeries;

/// <summary>Why a query gets no answer; also the label of its drop counter.</summary>
public enum LeasequeryRefusal : byte
{
    /// <summary>It gets one.</summary>
    None,

    /// <summary>giaddr is zero: there is nowhere to send an answer (N22, RFC 4388 section 6.4.3).</summary>
    NoRelayAddress,

    /// <summary>ciaddr is zero: a query by device, or by nothing. This service answers by address (N10, N20).</summary>
    NoAddress,

    /// <summary>ciaddr together with chaddr or a client identifier: RFC 4388 wants one key, and real servers differ.</summary>
    SeveralKeys,
}

/// <summary>
/// A leasequery as a value: all that an answer needs of it, so that it can wait in a mailbox after its datagram is gone.
/// </summary>
/// <param name="Address">ciaddr: the address asked about (N13).</param>
/// <param name="RelayAddress">giaddr: where the answer goes (N14, N39).</param>
/// <param name="TransactionId">xid, echoed.</param>
/// <param name="Flags">flags, echoed.</param>
/// <param name="QueryType">Option 53 as it came; with the requestor's profile it tells the dialect.</param>
/// <param name="HasParameterList">True when there was a parameter request list; without one the defaults apply.</param>
/// <param name="Parameters">What the parameter request list names.</param>
/// <param name="WantsSourcePort">Option 82 with sub-option 19: answer to the UDP port the query came from (RFC 8357).</param>
public readonly record struct LeasequeryRequest(Ipv4Address Address, Ipv4Address RelayAddress, uint TransactionId, ushort Flags,
    DhcpMessageType QueryType, bool HasParameterList, OptionSet Parameters, bool WantsSourcePort)
{
    /// <summary>What the parameter request list names. A field, so that who looks for a code need not copy the set.</summary>
    public readonly OptionSet Parameters = Parameters;

    /// <summary>Reads a query out of a packet whose message type says that it is one.</summary>
    public static LeasequeryRefusal TryRead(in DhcpPacket packet, out LeasequeryRequest request)
    {
        OptionSet parameters = default;
        bool hasParameterList = false, hasClientIdentifier = false;
        ReadOnlySpan<byte> relayAgentInformation = default;
        var relayInstances = 0;
        var options = packet.Options; // no foreach, which would walk a copy of it
        while (options.MoveNext())
        {
            var option = options.Current;
            switch (option.Code)
            {
                case DhcpOption.ParameterRequestList:
                    hasParameterList = true;
                    parameters = parameters.With(option.Value);
                    break;
                case DhcpOption.ClientIdentifier:
                    hasClientIdentifier = true;
                    break;
                case DhcpOption.RelayAgentInformation:
                    relayAgentInformation = option.Value;
                    relayInstances++;
                    break;
            }
        }

        var wantsSourcePort = relayInstances > 1 ? NamesSourcePortWhenJoined(packet) : NamesSourcePort(relayAgentInformation);
        request = new LeasequeryRequest(packet.ClientAddress, packet.RelayAddress, packet.TransactionId, packet.Flags,
            packet.MessageType, hasParameterList, parameters, wantsSourcePort);
        if (request.RelayAddress.IsUnspecified)
            return LeasequeryRefusal.NoRelayAddress;
        if (request.Address.IsUnspecified)
            return LeasequeryRefusal.NoAddress;

        // The drafts know no other key and say that ciaddr alone decides (N21), so what else stands there is ignored.
        var hasOtherKey = hasClientIdentifier || !packet.HardwareAddress.IsNone;
        return hasOtherKey && packet.MessageType == DhcpMessageType.LeaseQuery
            ? LeasequeryRefusal.SeveralKeys
            : LeasequeryRefusal.None;
    }

    /// <summary>
    /// Writes a query: what a requestor sends (N11 to N15). Padded to the 300 bytes that BOOTP has, because old servers drop
    /// less (RFC 1542 section 2.1).
    /// </summary>
    /// <returns>The length of the message.</returns>
    public int Write(Span<byte> destination)
    {
        var writer = new DhcpPacketWriter(destination, DhcpOpCode.BootRequest)
        {
            TransactionId = TransactionId,
            Flags = Flags,
            ClientAddress = Address,
            RelayAddress = RelayAddress,
        };
        var fits = writer.TryWriteOption(DhcpOption.MessageType, (byte)QueryType);
        if (HasParameterList)
        {
            Span<byte> codes = stackalloc byte[byte.MaxValue + 1];
            fits &= writer.TryWriteOption(DhcpOption.ParameterRequestList, codes[..Parameters.Write(codes)]);
        }

        if (WantsSourcePort)
            fits &= writer.TryWriteOption(DhcpOption.RelayAgentInformation, [(byte)RelaySubOption.RelaySourcePort, 0]);
        return fits ? writer.Finish(BootpSize) : throw new ArgumentException("too small for a leasequery", nameof(destination));
    }

    private const int BootpSize = 300;

    private static bool NamesSourcePort(ReadOnlySpan<byte> relayAgentInformation) =>
        new RelayAgentInfo(relayAgentInformation).TryGet(RelaySubOption.RelaySourcePort, out _);

    // Sub-options may go on from one instance to the next (RFC 3396), so looking into each one alone would misread them.
    private static bool NamesSourcePortWhenJoined(DhcpPacket packet)
    {
        Span<byte> joined = stackalloc byte[LeasequeryReply.MaxSize];
        return packet.TryReadOption(DhcpOption.RelayAgentInformation, joined, out var value) && NamesSourcePort(value);
    }
}
