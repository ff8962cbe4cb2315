namespace Leasequery.Wire.Leasequeries;

/// <summary>
/// The words and numbers of the dialects, in one place: everything else speaks of <see cref="LeasequeryOutcome"/>.
/// The key to a number is (op, number): 13 in a BOOTREQUEST asks, in a BOOTREPLY it is RFC 4388's ACTIVE.
/// </summary>
public static class LeasequeryDialects
{
    /// <summary>The number that the drafts' query has in the field, where the draft's text says TBD.</summary>
    public const DhcpMessageType DefaultDraftQuery = (DhcpMessageType)13;

    private const DhcpMessageType Known = (DhcpMessageType)14;
    private const DhcpMessageType Unknown = (DhcpMessageType)15;
    private const DhcpMessageType Active = (DhcpMessageType)16;

    private static readonly string[] Names = ["draft-0", "draft-2", "draft-4", "rfc4388"];

    /// <summary>All names, for a message that says what is allowed.</summary>
    public static string AllNames { get; } = string.Join(", ", Names);

    /// <summary>The name that settings and commands use.</summary>
    public static string Name(this LeasequeryDialect dialect) => Names[(int)dialect];

    /// <summary>Reads a name as settings and commands write it.</summary>
    public static bool TryParse(string? name, out LeasequeryDialect dialect)
    {
        var index = Array.IndexOf(Names, name?.ToLowerInvariant());
        dialect = (LeasequeryDialect)Math.Max(index, 0);
        return index >= 0;
    }

    /// <summary>The message type of a query in this dialect.</summary>
    /// <param name="dialect">The dialect.</param>
    /// <param name="draftQuery">The number that the drafts' query has here; RFC 4388 has its own.</param>
    public static DhcpMessageType QueryType(this LeasequeryDialect dialect, DhcpMessageType draftQuery = DefaultDraftQuery) =>
        dialect == LeasequeryDialect.Rfc4388 ? DhcpMessageType.LeaseQuery : draftQuery;

    /// <summary>The message type that says this outcome in this dialect.</summary>
    public static DhcpMessageType ReplyType(
        this LeasequeryDialect dialect, LeasequeryOutcome outcome) => (dialect, outcome) switch
    {
        (LeasequeryDialect.Draft0, LeasequeryOutcome.Unmanaged) => DhcpMessageType.Nak,
        (LeasequeryDialect.Draft0, _) => DhcpMessageType.Ack,
        (LeasequeryDialect.Draft2, LeasequeryOutcome.Unmanaged) => Unknown,
        (LeasequeryDialect.Draft2, _) => Known,
        (LeasequeryDialect.Draft4, LeasequeryOutcome.Unmanaged) => Unknown,
        (LeasequeryDialect.Draft4, LeasequeryOutcome.Unleased) => Known,
        (LeasequeryDialect.Draft4, _) => Active,
        (_, LeasequeryOutcome.Unmanaged) => DhcpMessageType.LeaseUnknown,
        (_, LeasequeryOutcome.Unleased) => DhcpMessageType.LeaseUnassigned,
        _ => DhcpMessageType.LeaseActive,
    };

    /// <summary>
    /// What a reply in this dialect says to a query that asked for the remaining time. Where the message type does not tell a
    /// lease from none (drafts 0 to 3), that time does (N40, N42). Where the type says active, no time is a device that no lease
    /// binds (N24), and no time left is no lease (N28). False for a type that answers no query of this dialect.
    /// </summary>
    /// <param name="dialect">The dialect.</param>
    /// <param name="type">The message type of the reply.</param>
    /// <param name="remainingSeconds">Its option 51; null where it has none.</param>
    /// <param name="outcome">What it says.</param>
    public static bool TryReadReply(this LeasequeryDialect dialect, DhcpMessageType type, uint? remainingSeconds,
        out LeasequeryOutcome outcome)
    {
        var known = remainingSeconds > 0 ? LeasequeryOutcome.Leased : LeasequeryOutcome.Unleased;
        var active = remainingSeconds is null ? LeasequeryOutcome.Configured : known;
        outcome = (dialect, type) switch
        {
            (LeasequeryDialect.Draft0, DhcpMessageType.Ack) => known,
            (LeasequeryDialect.Draft2, Known) => known,
            (LeasequeryDialect.Draft4, Active) => active,
            (LeasequeryDialect.Draft4, Known) => LeasequeryOutcome.Unleased,
            (LeasequeryDialect.Rfc4388, DhcpMessageType.LeaseActive) => active,
            (LeasequeryDialect.Rfc4388, DhcpMessageType.LeaseUnassigned) => LeasequeryOutcome.Unleased,
            _ => LeasequeryOutcome.Unmanaged,
        };
        return outcome != LeasequeryOutcome.Unmanaged || type == dialect.ReplyType(LeasequeryOutcome.Unmanaged);
    }

    /// <summary>The name of a reply's message type, as the dialect's text has it.</summary>
    public static string ReplyName(this LeasequeryDialect dialect, DhcpMessageType type) => (dialect, type) switch
    {
        (LeasequeryDialect.Draft0, DhcpMessageType.Ack) => "DHCPACK",
        (LeasequeryDialect.Draft0, DhcpMessageType.Nak) => "DHCPNAK",
        (LeasequeryDialect.Rfc4388, DhcpMessageType.LeaseUnassigned) => "DHCPLEASEUNASSIGNED",
        (LeasequeryDialect.Rfc4388, DhcpMessageType.LeaseUnknown) => "DHCPLEASEUNKNOWN",
        (LeasequeryDialect.Rfc4388, DhcpMessageType.LeaseActive) => "DHCPLEASEACTIVE",
        (LeasequeryDialect.Draft2 or LeasequeryDialect.Draft4, Known) => "DHCPLEASEKNOWN",
        (LeasequeryDialect.Draft2 or LeasequeryDialect.Draft4, Unknown) => "DHCPLEASEUNKNOWN",
        (LeasequeryDialect.Draft4, Active) => "DHCPLEASEACTIVE",
        (LeasequeryDialect.Draft4, (DhcpMessageType)17) => "DHCPUNIMPLEMENTED",
        _ => $"message type {(byte)type}",
    };
}
