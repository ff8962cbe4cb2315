using Leasequery.Wire.Leasequeries;

namespace Leasequery.Wire.Tests.Leasequeries;

public class LeasequeryReplyViewTests
{
    [Theory]
    [InlineData(LeasequeryDialect.Draft0, 5, 3600u, LeasequeryOutcome.Leased)]
    [InlineData(LeasequeryDialect.Draft0, 5, null, LeasequeryOutcome.Unleased)]
    [InlineData(LeasequeryDialect.Draft0, 5, 0u, LeasequeryOutcome.Unleased)]
    [InlineData(LeasequeryDialect.Draft0, 6, null, LeasequeryOutcome.Unmanaged)]
    [InlineData(LeasequeryDialect.Draft2, 14, uint.MaxValue, LeasequeryOutcome.Leased)]
    [InlineData(LeasequeryDialect.Draft4, 16, 3600u, LeasequeryOutcome.Leased)]
    [InlineData(LeasequeryDialect.Draft4, 16, null, LeasequeryOutcome.Configured)]
    [InlineData(LeasequeryDialect.Rfc4388, 13, 3600u, LeasequeryOutcome.Leased)]
    [InlineData(LeasequeryDialect.Rfc4388, 13, null, LeasequeryOutcome.Configured)]
    [InlineData(LeasequeryDialect.Rfc4388, 13, 0u, LeasequeryOutcome.Unleased)]
    [InlineData(LeasequeryDialect.Rfc4388, 11, null, LeasequeryOutcome.Unleased)]
    [InlineData(LeasequeryDialect.Rfc4388, 12, null, LeasequeryOutcome.Unmanaged)]
    public void The_outcome_is_told_by_type_and_remaining_time(LeasequeryDialect dialect, byte type, uint? time,
        LeasequeryOutcome outcome)
    {
        Assert.True(Read(dialect, DhcpOpCode.BootReply, type, time, out var read, out var remaining));
        Assert.Equal(outcome, read);
        Assert.Equal(time == 0 ? null : time, remaining);
    }

    [Theory]
    [InlineData(LeasequeryDialect.Rfc4388, DhcpOpCode.BootReply, 5)]
    [InlineData(LeasequeryDialect.Draft0, DhcpOpCode.BootReply, 13)]
    [InlineData(LeasequeryDialect.Draft4, DhcpOpCode.BootReply, 17)] // UNIMPLEMENTED answers nothing
    [InlineData(LeasequeryDialect.Rfc4388, DhcpOpCode.BootRequest, 13)] // a draft's query, on its way to somebody
    public void What_answers_no_query_of_the_dialect_is_refused(LeasequeryDialect dialect, DhcpOpCode op, byte type) =>
        Assert.False(Read(dialect, op, type, 3600, out _, out _));

    private static bool Read(LeasequeryDialect dialect, DhcpOpCode op, byte type, uint? time, out LeasequeryOutcome outcome,
        out uint? remaining)
    {
        var buffer = new byte[LeasequeryReply.MaxSize];
        var writer = new DhcpPacketWriter(buffer, op);
        writer.TryWriteOption(DhcpOption.MessageType, type);
        if (time is { } seconds)
            writer.TryWriteOption(DhcpOption.LeaseTime, seconds);
        Assert.True(DhcpPacket.TryParse(buffer.AsSpan(0, writer.Finish()), out var packet, out _));
        var isAnswer = LeasequeryReplyView.TryRead(packet, dialect, out var reply);
        outcome = reply.Outcome;
        remaining = isAnswer ? reply.RemainingTime : null;
        return isAnswer;
    }
}
