using System.Globalization;
using Leasequery.Host.Wording;
using Leasequery.Wire.Leasequeries;
using Spectre.Console;

namespace Leasequery.Host.Asking;

/// <summary>Writes an answer for a person: the outcome first, then one line a fact, last how it was come by.</summary>
/// <param name="console">Where to. It must not fold lines.</param>
internal sealed class AnswerPrinter(IAnsiConsole console)
{
    private const int LabelWidth = 20;
    private const uint NeverEnds = LeasequeryAnswer.Never;

    private static readonly Style Label = new(decoration: Decoration.Dim);

    /// <summary>Writes all lines.</summary>
    public void Print(AnswerView answer)
    {
        PrintOutcome(answer);
        PrintTimes(answer);
        if (answer.Device is { } device)
            Line("device", $"{device.Address} (htype {device.HardwareType}, hlen {device.HardwareLength})");
        if (answer.ClientIdentifier is { } client)
            Line("client id", WithWords(client.Text, client.Hex));
        if (answer.ServerIdentifier is { } server)
            Line("server identifier", server);
        if (answer.AssociatedAddresses is { } others)
            Line("client's others", string.Join(' ', others));
        if (answer.RelayAgentInformation is { } information)
            PrintRelayInformation(information);
        foreach (var option in answer.Options ?? [])
            Line(Numbered("option", option), WithWords(option.Value, option.Hex));
        Line("answered by", $"{answer.AnsweredBy} in {answer.Milliseconds.ToString("0.0", CultureInfo.InvariantCulture)} ms, "
            + $"{Words.Count(answer.Tries, "query", "queries")}, {answer.ReplyHex?.Length / 2} bytes");
    }

    private void PrintOutcome(AnswerView answer)
    {
        var (words, color) = answer.Outcome switch
        {
            LeasequeryOutcome.Leased => ("leased", Color.Green),
            LeasequeryOutcome.Configured => ("configured for a device without a lease", Color.Green),
            LeasequeryOutcome.Unleased => ("managed, but nobody holds a lease on it", Color.Yellow),
            _ => ("not managed by this server", Color.Red),
        };
        console.Write($"{answer.Address} ");
        console.Write(words, new Style(color, decoration: Decoration.Bold));
        console.WriteLine($" ({answer.Message})");
    }

    private void PrintTimes(AnswerView answer)
    {
        if (answer.RemainingSeconds == NeverEnds)
            Line("remaining", $"never ends ({NeverEnds} s)");
        else
            Time("remaining", answer.RemainingSeconds);
        Time("renewal (T1) in", answer.RenewalSeconds);
        Time("rebinding (T2) in", answer.RebindingSeconds);
        Time("last transaction", answer.LastTransactionSeconds, " ago");
    }

    private void PrintRelayInformation(RelayInformationView information)
    {
        Line("option 82", information.Hex + (information.IsWellFormed ? "" : " (badly formed; kept as it is)"));
        foreach (var subOption in information.SubOptions)
            Line(Numbered("  sub", subOption), WithWords(subOption.Value, subOption.Hex));
    }

    private void Time(string label, uint? seconds, string suffix = "")
    {
        if (seconds is { } known)
            Line(label, $"{Words.Duration(known)}{suffix} ({known} s)");
    }

    private void Line(string label, string value)
    {
        console.Write($"  {label.PadRight(LabelWidth)} ", Label);
        console.WriteLine(value);
    }

    private static string Numbered(string kind, OptionView option) =>
        $"{kind} {option.Code}{(option.Name is null ? "" : $" {option.Name}")}";

    private static string WithWords(string? words, string hex) => words is null ? hex : $"{words} ({hex})";
}
