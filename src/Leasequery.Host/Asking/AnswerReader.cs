using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Host.Asking;

/// <summary>Turns what came of a question into plain words and numbers.</summary>
internal static class AnswerReader
{
    // Said by a line of their own, so not repeated among the options.
    private static readonly OptionSet Told = OptionSet.Of(DhcpOption.MessageType, DhcpOption.ClientIdentifier,
        DhcpOption.AssociatedIp, DhcpOption.RelayAgentInformation, DhcpOption.Overload);

    // The same, but only when they have the length that they should have.
    private static readonly OptionSet ToldWhenFourBytes = OptionSet.Of(DhcpOption.LeaseTime, DhcpOption.RenewalTime,
        DhcpOption.RebindingTime, DhcpOption.ClientLastTransactionTime, DhcpOption.ServerIdentifier);

    /// <summary>What there is to say, whether anybody answered or not.</summary>
    public static AnswerView Read(LeasequeryQuestion question, ReplySocket socket, AskResult result)
    {
        var view = new AnswerView
        {
            Address = question.Address.ToString(),
            Dialect = question.Dialect.Name(),
            Server = question.Server.ToString(),
            RelayAddress = socket.RelayAddress.ToString(),
            Milliseconds = Math.Round(result.Elapsed.TotalMilliseconds, 3),
            Tries = result.Tries,
            Remarks = [.. Remarks(question, socket, result)],
        };
        return result is Answered answered ? Read(view, question, answered) : view;
    }

    private static AnswerView Read(AnswerView view, LeasequeryQuestion question, Answered answered)
    {
        // Parsed a second time, after the client did: views cannot outlive its buffer, and a person waits, not a wire.
        DhcpPacket.TryParse(answered.Reply, out var packet, out _);
        LeasequeryReplyView.TryRead(packet, question.Dialect, out var reply);
        var scratch = new byte[answered.Reply.Length];
        return view with
        {
            Outcome = reply.Outcome,
            Message = question.Dialect.ReplyName(packet.MessageType),
            RemainingSeconds = reply.RemainingTime,
            RenewalSeconds = reply.RenewalTime,
            RebindingSeconds = reply.RebindingTime,
            LastTransactionSeconds = reply.LastTransactionTime,
            Device = ReadDevice(packet.HardwareAddress),
            ClientIdentifier = packet.TryReadOption(DhcpOption.ClientIdentifier, scratch, out var identifier)
                ? new BytesView(Convert.ToHexStringLower(identifier), OptionWords.AsText(identifier))
                : null,
            ServerIdentifier = reply.ServerIdentifier?.ToString(),
            AssociatedAddresses = packet.TryReadOption(DhcpOption.AssociatedIp, scratch, out var associated)
                ? OptionWords.ReadAddresses(associated)
                : null,
            RelayAgentInformation = packet.TryReadOption(DhcpOption.RelayAgentInformation, scratch, out var information)
                ? ReadRelayInformation(new RelayAgentInfo(information))
                : null,
            Options = ReadOtherOptions(packet, scratch),
            AnsweredBy = answered.AnsweredBy.ToString(),
            ReplyHex = Convert.ToHexStringLower(answered.Reply),
        };
    }

    private static DeviceView? ReadDevice(HardwareAddress device) => device.IsNone
        ? null
        : new DeviceView(device.Type, device.Length, device.ToString());

    private static RelayInformationView ReadRelayInformation(RelayAgentInfo information)
    {
        var subOptions = new List<OptionView>();
        foreach (var subOption in information)
            subOptions.Add(OptionWords.Describe(subOption.Code, subOption.Value));
        return new RelayInformationView(Convert.ToHexStringLower(information.Bytes), information.IsWellFormed, subOptions);
    }

    private static List<OptionView> ReadOtherOptions(DhcpPacket packet, byte[] scratch)
    {
        var options = new List<OptionView>();
        var seen = Told;
        foreach (var option in packet.Options)
        {
            if (seen.Contains(option.Code))
                continue;
            seen = seen.With(option.Code);
            packet.TryReadOption(option.Code, scratch, out var value);
            if (ToldWhenFourBytes.Contains(option.Code) && option.Value.Length == sizeof(uint))
                continue;
            options.Add(OptionWords.Describe(option.Code, value));
        }

        return options;
    }

    private static IEnumerable<string> Remarks(LeasequeryQuestion question, ReplySocket socket, AskResult result)
    {
        if (socket.Remark is { } remark)
            yield return remark;
        if (result is Unanswered { Ignored.Count: > 0 } unanswered)
            yield return $"ignored: {string.Join("; ", unanswered.Ignored)}";
        if (result is not Answered answered)
            yield break;
        if (!answered.AnsweredBy.Address.Equals(question.Server.Address))
            yield return $"asked {question.Server.Address}, but the answer came from {answered.AnsweredBy.Address}";
        if (ReadClientAddress(answered.Reply) is var about && about != question.Address && !about.IsUnspecified)
            yield return $"asked about {question.Address}, but the answer speaks of {about}";
    }

    private static Ipv4Address ReadClientAddress(byte[] reply)
    {
        DhcpPacket.TryParse(reply, out var packet, out _);
        return packet.ClientAddress;
    }
}
