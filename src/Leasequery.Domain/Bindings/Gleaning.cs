using Leasequery.Wire;

namespace Leasequery.Domain.Bindings;

/// <summary>Why a DHCP message says nothing about a binding; also the label of its counter.</summary>
public enum GleaningSkip
{
    /// <summary>It says something.</summary>
    None,

    /// <summary>A client asks (DISCOVER, REQUEST, INFORM): nothing is decided yet.</summary>
    ClientRequest,

    /// <summary>A server offers: the client may still choose another.</summary>
    Offer,

    /// <summary>A server refuses.</summary>
    Nak,

    /// <summary>An ACK with yiaddr 0 answers an INFORM: no lease comes with it (RFC 2131 section 4.3.5).</summary>
    AckToInform,

    /// <summary>An ACK without option 51, or with a lease of 0 seconds.</summary>
    NoLeaseTime,

    /// <summary>A RELEASE without ciaddr, or a DECLINE without option 50.</summary>
    NoAddress,

    /// <summary>No hardware address and no client identifier: nobody to bind to.</summary>
    NoDevice,

    /// <summary>Option 82 longer than <see cref="Gleaning.MaxRelayAgentInformation"/>.</summary>
    RelayAgentInformationTooLong,

    /// <summary>Any other message: FORCERENEW, a number of another protocol, a server's message sent as a client's.</summary>
    OtherMessage,
}

/// <summary>Reads what a DHCP message that passed by says about a binding (N6).</summary>
public static class Gleaning
{
    /// <summary>
    /// The longest option 82 that is kept, all instances joined. More than four options' worth does not occur, and a reply
    /// has to fit into one datagram.
    /// </summary>
    public const int MaxRelayAgentInformation = 1020;

    /// <summary>The most bytes of other options that are kept for an address; what goes beyond is not kept.</summary>
    public const int MaxKeptOptions = 255;

    /// <summary>
    /// Never kept: a reply writes these by itself, and what was true of the ACK would be a second, stale value. The overload
    /// option says how to read the message it is in.
    /// </summary>
    private static readonly OptionSet WrittenByTheReply = OptionSet.Of(DhcpOption.LeaseTime, DhcpOption.Overload,
        DhcpOption.MessageType, DhcpOption.ServerIdentifier, DhcpOption.RenewalTime, DhcpOption.RebindingTime,
        DhcpOption.ClientIdentifier, DhcpOption.RelayAgentInformation, DhcpOption.ClientLastTransactionTime,
        DhcpOption.AssociatedIp);

    /// <summary>Reads an observation out of a message, or says why there is none.</summary>
    /// <param name="packet">The message.</param>
    /// <param name="keptOptions">The options of an ACK that requestors may ask for.</param>
    /// <param name="skip">Why there is none.</param>
    public static Observation? Observe(DhcpPacket packet, OptionSet keptOptions, out GleaningSkip skip)
    {
        Observation? observation = null;
        skip = (packet.OpCode, packet.MessageType) switch
        {
            (DhcpOpCode.BootReply, DhcpMessageType.Ack) => ObserveAck(packet, keptOptions, out observation),
            (DhcpOpCode.BootRequest, DhcpMessageType.Release) =>
                ObserveGivingUp(packet, packet.ClientAddress, BindingState.Released, out observation),
            (DhcpOpCode.BootRequest, DhcpMessageType.Decline) =>
                ObserveGivingUp(packet, RequestedAddress(packet), BindingState.Declined, out observation),
            (DhcpOpCode.BootRequest, DhcpMessageType.Discover or DhcpMessageType.Request or DhcpMessageType.Inform) =>
                GleaningSkip.ClientRequest,
            (DhcpOpCode.BootReply, DhcpMessageType.Offer) => GleaningSkip.Offer,
            (DhcpOpCode.BootReply, DhcpMessageType.Nak) => GleaningSkip.Nak,
            _ => GleaningSkip.OtherMessage,
        };
        return observation;
    }

    private static GleaningSkip ObserveAck(DhcpPacket packet, OptionSet keptOptions, out Observation? observation)
    {
        observation = null;
        if (packet.YourAddress.IsUnspecified)
            return GleaningSkip.AckToInform;
        if (!packet.TryGetUInt32(DhcpOption.LeaseTime, out var lease) || lease == 0)
            return GleaningSkip.NoLeaseTime;
        if (!TryGetDevice(packet, out var device, out var clientIdentifier))
            return GleaningSkip.NoDevice;
        if (!TryReadRelayAgentInformation(packet, out var information))
            return GleaningSkip.RelayAgentInformationTooLong;

        packet.TryGetAddress(DhcpOption.ServerIdentifier, out var server);
        observation = new LeaseGranted(
            packet.YourAddress,
            device,
            clientIdentifier,
            packet.TransactionId,
            lease,
            packet.TryGetUInt32(DhcpOption.RenewalTime, out var renewal) ? renewal : null,
            packet.TryGetUInt32(DhcpOption.RebindingTime, out var rebinding) ? rebinding : null,
            packet.RelayAddress,
            server,
            information,
            ReadKeptOptions(packet, keptOptions));
        return GleaningSkip.None;
    }

    private static GleaningSkip ObserveGivingUp(DhcpPacket packet, Ipv4Address address, BindingState state,
        out Observation? observation)
    {
        observation = null;
        if (address.IsUnspecified)
            return GleaningSkip.NoAddress;
        if (!TryGetDevice(packet, out var device, out var clientIdentifier))
            return GleaningSkip.NoDevice;
        observation = new LeaseGivenUp(address, device, clientIdentifier, packet.TransactionId, state);
        return GleaningSkip.None;
    }

    private static Ipv4Address RequestedAddress(DhcpPacket packet) =>
        packet.TryGetAddress(DhcpOption.RequestedAddress, out var address) ? address : default;

    private static bool TryGetDevice(DhcpPacket packet, out HardwareAddress device, out ClientIdentifier? clientIdentifier)
    {
        device = packet.HardwareAddress;
        clientIdentifier = ReadClientIdentifier(packet);
        return !device.IsNone || clientIdentifier is not null;
    }

    // RFC 3396: several instances are one value. The first alone could be another client's whole identifier.
    internal static ClientIdentifier? ReadClientIdentifier(DhcpPacket packet)
    {
        Span<byte> scratch = stackalloc byte[ClientIdentifier.MaxLength];
        return packet.TryReadOption(DhcpOption.ClientIdentifier, scratch, out var value)
            && ClientIdentifier.TryCreate(value, out var created)
                ? created
                : null;
    }

    // RFC 3396: several instances of option 82 are one value.
    internal static bool TryReadRelayAgentInformation(DhcpPacket packet, out OctetString information)
    {
        Span<byte> scratch = stackalloc byte[MaxRelayAgentInformation];
        var isPresent = packet.TryGetOption(DhcpOption.RelayAgentInformation, out _);
        var isRead = packet.TryReadOption(DhcpOption.RelayAgentInformation, scratch, out var value);
        information = OctetString.Copy(value);
        return isRead || !isPresent;
    }

    // RFC 3396: several instances are one value. It is kept whole or not at all, because half a value is a wrong one.
    internal static OctetString ReadKeptOptions(DhcpPacket packet, OptionSet kept)
    {
        Span<byte> options = stackalloc byte[MaxKeptOptions];
        Span<byte> scratch = stackalloc byte[MaxKeptOptions];
        var length = 0;
        var done = WrittenByTheReply;
        foreach (var option in packet.Options)
        {
            if (!kept.Contains(option.Code) || done.Contains(option.Code))
                continue;
            done = done.With(option.Code);
            if (!packet.TryReadOption(option.Code, scratch, out var value) || length + 2 + value.Length > options.Length)
                continue;
            options[length++] = (byte)option.Code;
            options[length++] = (byte)value.Length;
            value.CopyTo(options[length..]);
            length += value.Length;
        }

        return OctetString.Copy(options[..length]);
    }
}
