using System.Text.Json.Serialization;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Host.Asking;

/// <summary>
/// An answer in plain words and numbers. What is printed and what <c>--json</c> shows are both made of it, so they cannot
/// say different things. A property's name is a promise to scripts: add, don't rename. What is not known is left out.
/// </summary>
internal sealed record AnswerView
{
    /// <summary>The address asked about.</summary>
    public required string Address { get; init; }

    /// <summary>leased, configured, unleased or unmanaged; absent when nobody answered.</summary>
    [JsonConverter(typeof(OutcomeNames))]
    public LeasequeryOutcome? Outcome { get; init; }

    /// <summary>The outcome as the dialect says it, such as DHCPLEASEACTIVE.</summary>
    public string? Message { get; init; }

    /// <summary>The dialect that was spoken.</summary>
    public required string Dialect { get; init; }

    /// <summary>Option 51; 4294967295 for a lease that never ends.</summary>
    public uint? RemainingSeconds { get; init; }

    /// <summary>Option 58, T1.</summary>
    public uint? RenewalSeconds { get; init; }

    /// <summary>Option 59, T2.</summary>
    public uint? RebindingSeconds { get; init; }

    /// <summary>Option 91: how long ago the client last spoke to the server.</summary>
    public uint? LastTransactionSeconds { get; init; }

    /// <summary>htype, hlen and chaddr.</summary>
    public DeviceView? Device { get; init; }

    /// <summary>Option 61.</summary>
    public BytesView? ClientIdentifier { get; init; }

    /// <summary>Option 54.</summary>
    public string? ServerIdentifier { get; init; }

    /// <summary>Option 92: the other addresses of the same client.</summary>
    public IReadOnlyList<string>? AssociatedAddresses { get; init; }

    /// <summary>Option 82.</summary>
    public RelayInformationView? RelayAgentInformation { get; init; }

    /// <summary>All other options, in the order in which they came.</summary>
    public IReadOnlyList<OptionView>? Options { get; init; }

    /// <summary>Who was asked.</summary>
    public required string Server { get; init; }

    /// <summary>Who answered.</summary>
    public string? AnsweredBy { get; init; }

    /// <summary>giaddr: where the server was to send the answer.</summary>
    public required string RelayAddress { get; init; }

    /// <summary>From the first query to the answer, or to the end of the wait.</summary>
    public required double Milliseconds { get; init; }

    /// <summary>How often the query was sent.</summary>
    public required int Tries { get; init; }

    /// <summary>What is odd about the way of the question or the answer.</summary>
    public required IReadOnlyList<string> Remarks { get; init; }

    /// <summary>The reply, byte for byte.</summary>
    public string? ReplyHex { get; init; }
}

/// <summary>A device's link-layer address.</summary>
/// <param name="HardwareType">htype.</param>
/// <param name="HardwareLength">hlen.</param>
/// <param name="Address">chaddr, as far as hlen says, in colon-separated hex.</param>
internal sealed record DeviceView(int HardwareType, int HardwareLength, string Address);

/// <summary>Bytes that somebody chose.</summary>
/// <param name="Hex">All of them.</param>
/// <param name="Text">The same as text, when they are printable ASCII.</param>
internal sealed record BytesView(string Hex, string? Text);

/// <summary>Option 82.</summary>
/// <param name="Hex">All of it.</param>
/// <param name="IsWellFormed">Whether sub-options fill it exactly; when not, those before the flaw are listed.</param>
/// <param name="SubOptions">Its sub-options in wire order.</param>
internal sealed record RelayInformationView(string Hex, bool IsWellFormed, IReadOnlyList<OptionView> SubOptions);

/// <summary>An option or sub-option.</summary>
/// <param name="Code">Its number.</param>
/// <param name="Name">Its name, when it has one here.</param>
/// <param name="Value">What it says, when that is known: addresses, a text, a number.</param>
/// <param name="Hex">Its bytes, all instances joined.</param>
internal sealed record OptionView(int Code, string? Name, string? Value, string Hex);
