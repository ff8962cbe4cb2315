using Leasequery.Wire.Leasequeries;

namespace Leasequery.Wire.Tests.Leasequeries;

public class LeasequeryDialectsTests
{
    public static TheoryData<LeasequeryDialect, LeasequeryOutcome, byte, string> Replies => new()
    {
        { LeasequeryDialect.Draft0, LeasequeryOutcome.Leased, 5, "DHCPACK" }, // N23
        { LeasequeryDialect.Draft0, LeasequeryOutcome.Configured, 5, "DHCPACK" }, // N24
        { LeasequeryDialect.Draft0, LeasequeryOutcome.Unleased, 5, "DHCPACK" }, // N23
        { LeasequeryDialect.Draft0, LeasequeryOutcome.Unmanaged, 6, "DHCPNAK" }, // N25
        { LeasequeryDialect.Draft2, LeasequeryOutcome.Leased, 14, "DHCPLEASEKNOWN" },
        { LeasequeryDialect.Draft2, LeasequeryOutcome.Configured, 14, "DHCPLEASEKNOWN" },
        { LeasequeryDialect.Draft2, LeasequeryOutcome.Unleased, 14, "DHCPLEASEKNOWN" },
        { LeasequeryDialect.Draft2, LeasequeryOutcome.Unmanaged, 15, "DHCPLEASEUNKNOWN" },
        { LeasequeryDialect.Draft4, LeasequeryOutcome.Leased, 16, "DHCPLEASEACTIVE" },
        { LeasequeryDialect.Draft4, LeasequeryOutcome.Configured, 16, "DHCPLEASEACTIVE" },
        { LeasequeryDialect.Draft4, LeasequeryOutcome.Unleased, 14, "DHCPLEASEKNOWN" },
        { LeasequeryDialect.Draft4, LeasequeryOutcome.Unmanaged, 15, "DHCPLEASEUNKNOWN" },
        { LeasequeryDialect.Rfc4388, LeasequeryOutcome.Leased, 13, "DHCPLEASEACTIVE" },
        { LeasequeryDialect.Rfc4388, LeasequeryOutcome.Configured, 13, "DHCPLEASEACTIVE" },
        { LeasequeryDialect.Rfc4388, LeasequeryOutcome.Unleased, 11, "DHCPLEASEUNASSIGNED" },
        { LeasequeryDialect.Rfc4388, LeasequeryOutcome.Unmanaged, 12, "DHCPLEASEUNKNOWN" },
    };

    [Theory]
    [MemberData(nameof(Replies))]
    public void Each_outcome_has_its_number_and_name(LeasequeryDialect dialect, LeasequeryOutcome outcome, byte type, string name)
    {
        Assert.Equal(type, (byte)dialect.ReplyType(outcome));
        Assert.Equal(name, dialect.ReplyName((DhcpMessageType)type));
    }

    [Theory] // every other number answers no query of the dialect
    [InlineData(LeasequeryDialect.Draft0, 3600u, "5 Leased, 6 Unmanaged")] // N40
    [InlineData(LeasequeryDialect.Draft0, null, "5 Unleased, 6 Unmanaged")] // N42
    [InlineData(LeasequeryDialect.Draft0, 0u, "5 Unleased, 6 Unmanaged")]
    [InlineData(LeasequeryDialect.Draft2, 3600u, "14 Leased, 15 Unmanaged")]
    [InlineData(LeasequeryDialect.Draft2, null, "14 Unleased, 15 Unmanaged")]
    [InlineData(LeasequeryDialect.Draft2, 0u, "14 Unleased, 15 Unmanaged")]
    [InlineData(LeasequeryDialect.Draft4, 3600u, "14 Unleased, 15 Unmanaged, 16 Leased")]
    [InlineData(LeasequeryDialect.Draft4, null, "14 Unleased, 15 Unmanaged, 16 Configured")] // N24
    [InlineData(LeasequeryDialect.Draft4, 0u, "14 Unleased, 15 Unmanaged, 16 Unleased")] // N28
    [InlineData(LeasequeryDialect.Rfc4388, 3600u, "11 Unleased, 12 Unmanaged, 13 Leased")]
    [InlineData(LeasequeryDialect.Rfc4388, null, "11 Unleased, 12 Unmanaged, 13 Configured")]
    [InlineData(LeasequeryDialect.Rfc4388, 0u, "11 Unleased, 12 Unmanaged, 13 Unleased")]
    public void Each_reply_is_read_as_an_outcome(LeasequeryDialect dialect, uint? remaining, string replies) =>
        Assert.Equal(replies, AllReplies(dialect, remaining));

    [Theory] // direction matters: 13 asks in a BOOTREQUEST of the drafts, and is ACTIVE in a BOOTREPLY of RFC 4388
    [InlineData(LeasequeryDialect.Draft0, 13)]
    [InlineData(LeasequeryDialect.Draft2, 13)]
    [InlineData(LeasequeryDialect.Draft4, 13)]
    [InlineData(LeasequeryDialect.Rfc4388, 10)]
    public void A_query_has_its_number_and_no_dialect_takes_its_own_query_for_a_reply(LeasequeryDialect dialect, byte type)
    {
        Assert.Equal(type, (byte)dialect.QueryType());
        Assert.False(dialect.TryReadReply((DhcpMessageType)type, 3600, out _));
    }

    [Theory] // the text of draft-00 says TBD, so the number is a setting
    [InlineData(LeasequeryDialect.Draft0, 17, 17)]
    [InlineData(LeasequeryDialect.Draft2, 17, 17)]
    [InlineData(LeasequeryDialect.Draft4, 17, 17)]
    [InlineData(LeasequeryDialect.Rfc4388, 17, 10)]
    public void The_number_of_the_drafts_query_can_be_set(LeasequeryDialect dialect, byte draftQuery, byte type) =>
        Assert.Equal(type, (byte)dialect.QueryType((DhcpMessageType)draftQuery));

    [Theory]
    [InlineData(LeasequeryDialect.Draft0, "draft-0")]
    [InlineData(LeasequeryDialect.Draft2, "draft-2")]
    [InlineData(LeasequeryDialect.Draft4, "draft-4")]
    [InlineData(LeasequeryDialect.Rfc4388, "rfc4388")]
    public void Has_a_name_that_is_read_in_any_case(LeasequeryDialect dialect, string name)
    {
        Assert.Equal(name, dialect.Name());
        Assert.Contains(name, LeasequeryDialects.AllNames, StringComparison.Ordinal);
        Assert.True(LeasequeryDialects.TryParse(name.ToUpperInvariant(), out var read));
        Assert.Equal(dialect, read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("draft-1")]
    [InlineData("draft0")]
    [InlineData(" rfc4388")]
    [InlineData("0")]
    public void Refuses_other_names(string? name) => Assert.False(LeasequeryDialects.TryParse(name, out _));

    [Theory]
    [InlineData(LeasequeryDialect.Draft4, 17, "DHCPUNIMPLEMENTED")]
    [InlineData(LeasequeryDialect.Draft2, 16, "message type 16")] // ACTIVE came with draft 4
    [InlineData(LeasequeryDialect.Rfc4388, 10, "message type 10")]
    [InlineData(LeasequeryDialect.Rfc4388, 5, "message type 5")]
    public void Other_numbers_are_named_as_far_as_the_dialect_knows_them(LeasequeryDialect dialect, byte type, string name) =>
        Assert.Equal(name, dialect.ReplyName((DhcpMessageType)type));

    private static string AllReplies(LeasequeryDialect dialect, uint? remaining)
    {
        var replies = new List<string>();
        for (var type = 0; type <= byte.MaxValue; type++)
            if (dialect.TryReadReply((DhcpMessageType)type, remaining, out var outcome))
                replies.Add($"{type} {outcome}");
        return string.Join(", ", replies);
    }
}
