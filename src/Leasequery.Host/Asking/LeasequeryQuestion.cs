using System.Net;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Host.Asking;

/// <summary>What to ask, whom, and how long to wait for an answer.</summary>
internal sealed record LeasequeryQuestion
{
    /// <summary>What tells whether and where an address is, in any dialect; servers leave out what they do not know.</summary>
    public static OptionSet UsualOptions { get; } = OptionSet.Of(DhcpOption.LeaseTime, DhcpOption.RenewalTime,
        DhcpOption.RebindingTime, DhcpOption.ClientIdentifier, DhcpOption.RelayAgentInformation,
        DhcpOption.ClientLastTransactionTime, DhcpOption.AssociatedIp);

    /// <summary>The address asked about.</summary>
    public required Ipv4Address Address { get; init; }

    /// <summary>Who is asked.</summary>
    public required IPEndPoint Server { get; init; }

    /// <summary>giaddr: where servers send the answer. The local address that reaches the server unless given.</summary>
    public Ipv4Address? RelayAddress { get; init; }

    /// <summary>The dialect to ask in.</summary>
    public LeasequeryDialect Dialect { get; init; } = LeasequeryDialect.Rfc4388;

    /// <summary>The number that the drafts' query has at this server.</summary>
    public DhcpMessageType DraftQuery { get; init; } = LeasequeryDialects.DefaultDraftQuery;

    /// <summary>The parameter request list. The remaining time is always asked for: the outcome hangs on it.</summary>
    public OptionSet Options { get; init; } = UsualOptions;

    /// <summary>How long to wait in all.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often to send the query within that time.</summary>
    public int Tries { get; init; } = 3;

    /// <summary>The local port to ask from; chosen by <see cref="ReplySocket"/> unless given.</summary>
    public ushort? LocalPort { get; init; }

    /// <summary>The port that servers answer to. Always 67 but in tests, which cannot count on having it.</summary>
    public ushort RelayPort { get; init; } = Ipv4Endpoint.ServerPort;
}
