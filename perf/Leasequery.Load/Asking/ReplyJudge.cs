using Leasequery.Load.Traffic;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Load.Asking;

/// <summary>What is to be said of a reply to a query that waits for one.</summary>
internal enum Verdict
{
    /// <summary>It is the answer.</summary>
    Right,

    /// <summary>It is no leasequery reply of the dialect, or about another address.</summary>
    NotTheAnswer,

    /// <summary>It tells of no lease where one was gleaned.</summary>
    NoLease,

    /// <summary>It names another device than was gleaned.</summary>
    OtherDevice,

    /// <summary>Its option 82 is not what was gleaned.</summary>
    OtherLocation,
}

/// <summary>Judges replies.</summary>
internal interface IReplyJudge
{
    /// <summary>Judges one that has the transaction id of a query that waits.</summary>
    /// <param name="asked">The address of the query.</param>
    /// <param name="packet">The reply.</param>
    Verdict Judge(Ipv4Address asked, DhcpPacket packet);
}

/// <summary>
/// Judges replies of a leasequery server: that each belongs to its query and, with <paramref name="knowsBindings"/>, that it
/// tells the subscriber and location of <see cref="Subscriber"/>.
/// </summary>
internal class ReplyJudge(LeasequeryDialect dialect, bool knowsBindings) : IReplyJudge
{
    /// <inheritdoc/>
    public Verdict Judge(Ipv4Address asked, DhcpPacket packet)
    {
        if (packet.ClientAddress != asked || !LeasequeryReplyView.TryRead(packet, dialect, out var reply))
            return Verdict.NotTheAnswer;
        if (!knowsBindings)
            return Verdict.Right;
        if (reply.Outcome != LeasequeryOutcome.Leased)
            return Verdict.NoLease;
        if (packet.HardwareAddress != Subscriber.Device(asked))
            return Verdict.OtherDevice;

        Span<byte> location = stackalloc byte[Subscriber.LocationSize];
        Subscriber.WriteLocation(asked, location);
        if (!packet.TryGetOption(DhcpOption.RelayAgentInformation, out var told) || !told.SequenceEqual(location))
            return Verdict.OtherLocation;
        OnRight(asked, reply);
        return Verdict.Right;
    }

    /// <summary>For whoever wants to know more of a right answer.</summary>
    protected virtual void OnRight(Ipv4Address asked, LeasequeryReplyView reply)
    {
    }
}
