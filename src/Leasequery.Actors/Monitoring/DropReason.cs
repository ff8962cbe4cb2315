using System.Text.RegularExpressions;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Actors.Monitoring;

/// <summary>Why the ingress dropped a datagram that was a DHCP message in itself.</summary>
public enum IngressDrop
{
    /// <summary>Its source address is in no configured prefix.</summary>
    UnknownSource,

    /// <summary>Its giaddr is in no configured prefix.</summary>
    UnknownRelay,

    /// <summary>A request whose message type is neither DHCP's nor this requestor's query.</summary>
    UnknownMessageType,

    /// <summary>A leasequery reply from an address that is no configured server.</summary>
    UnsolicitedReply,

    /// <summary>A question that stays open because every DHCP server is silent; the requestor asks again.</summary>
    ServersSilent,

    /// <summary>Gleaned, but about an address outside the managed networks.</summary>
    OutsideNetworks,

    /// <summary>Gleaned, but the configuration decides about this address.</summary>
    StaticAddress,

    /// <summary>Too much is in flight already.</summary>
    Shed,

    /// <summary>Gleaned while the store takes no events.</summary>
    StoreUnavailable,

    /// <summary>While this node heard of no majority of its cluster: others may know better by now.</summary>
    OutOfTouch,

    /// <summary>Longer than any DHCP message here may be.</summary>
    Truncated,

    /// <summary>An answer of another node that came after its question was given up.</summary>
    AnsweredLate,

    /// <summary>
    /// Lost in the kernel before we saw it: its buffer for the socket was full. Told by the datagram that comes next; what was
    /// coalesced counts as one.
    /// </summary>
    ReceiveBufferFull,

    /// <summary>An answer that the kernel would not send.</summary>
    SendFailed,

    /// <summary>A mistake of ours while it was handled; the log has it.</summary>
    InternalError,
}

/// <summary>Any reason for dropping a datagram, as an index into a row of counters and a label for them.</summary>
/// <param name="Index">0 to <see cref="Count"/> - 1.</param>
public readonly record struct DropReason(int Index)
{
    private const string NoReason = "none";

    private static readonly string[] Labels =
    [
        .. Enum.GetNames<DhcpParseError>().Select(KebabCase),
        .. Enum.GetNames<LeasequeryRefusal>()
            .Select(name => KebabCase(name) is var label and not NoReason ? $"query-{label}" : NoReason),
        .. Enum.GetNames<GleaningSkip>().Select(KebabCase),
        .. Enum.GetNames<IngressDrop>().Select(KebabCase),
    ];

    private static readonly int FirstRefusal = Enum.GetValues<DhcpParseError>().Length;
    private static readonly int FirstSkip = FirstRefusal + Enum.GetValues<LeasequeryRefusal>().Length;
    private static readonly int FirstIngress = FirstSkip + Enum.GetValues<GleaningSkip>().Length;

    /// <summary>How many reasons there are.</summary>
    public static int Count => Labels.Length;

    /// <summary>All of them, without the "none" of each kind.</summary>
    public static IEnumerable<DropReason> All =>
        Enumerable.Range(0, Count).Where(index => Labels[index] != NoReason).Select(index => new DropReason(index));

    /// <summary>The value of the reason label, such as <c>too-short</c>.</summary>
    public string Label => Labels[Index];

    /// <summary>It is no DHCP message.</summary>
    public static implicit operator DropReason(DhcpParseError error) => new((int)error);

    /// <summary>It is a query without an answer.</summary>
    public static implicit operator DropReason(LeasequeryRefusal refusal) => new(FirstRefusal + (int)refusal);

    /// <summary>It says nothing about a binding.</summary>
    public static implicit operator DropReason(GleaningSkip skip) => new(FirstSkip + (int)skip);

    /// <summary>The ingress would not have it.</summary>
    public static implicit operator DropReason(IngressDrop drop) => new(FirstIngress + (int)drop);

    private static string KebabCase(string name) => Regex.Replace(name, "(?<=[a-z])(?=[A-Z])", "-").ToLowerInvariant();
}
