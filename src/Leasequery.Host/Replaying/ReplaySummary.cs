using Leasequery.Wire;

namespace Leasequery.Host.Replaying;

/// <summary>What was sent and what was not. Filled as it happens, so that it is true of an interrupted replay too.</summary>
internal sealed class ReplaySummary
{
    private readonly SortedDictionary<string, int> _sent = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _skipped = new(StringComparer.Ordinal);

    /// <summary>Messages sent, by type.</summary>
    public IReadOnlyDictionary<string, int> Sent => _sent;

    /// <summary>Packets not sent, by reason.</summary>
    public IReadOnlyDictionary<string, int> Skipped => _skipped;

    /// <summary>How often the server's machine said that nobody listens there.</summary>
    public int Refused { get; set; }

    /// <summary>Counts a message that was sent.</summary>
    public void CountSent(DhcpPacket message) => Count(_sent, (message.OpCode, message.MessageType) switch
    {
        (DhcpOpCode.BootRequest, DhcpMessageType.LeaseActive) => "LeaseQuery (drafts)",
        var (_, type) => Enum.IsDefined(type) ? type.ToString() : $"message type {(byte)type}",
    });

    /// <summary>Counts a packet that was not.</summary>
    public void CountSkipped(SkipReason reason, string? detail = null) =>
        Count(_skipped, detail is null ? reason.InWords() : $"{reason.InWords()}: {detail}");

    private static void Count(SortedDictionary<string, int> counts, string key) =>
        counts[key] = counts.GetValueOrDefault(key) + 1;
}
