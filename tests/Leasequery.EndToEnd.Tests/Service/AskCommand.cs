using System.Net;
using System.Text.Json;
using Leasequery.EndToEnd.Tests.Peers.Machine;

namespace Leasequery.EndToEnd.Tests.Service;

/// <summary><c>leasequery ask --json</c>, and what it said.</summary>
public sealed record AskCommand(int ExitCode, JsonElement Answer, IReadOnlyList<string> Remarks)
{
    /// <summary>The exit codes that its help promises.</summary>
    public const int Leased = 0, NoLease = 1, NotManaged = 2, NoAnswer = 3;

    /// <summary>leased, unleased or unmanaged; null when nobody answered.</summary>
    public string? Outcome => Text("outcome");

    /// <summary>The message type by its name.</summary>
    public string? Message => Text("message");

    /// <summary>chaddr.</summary>
    public string? Device => Answer.TryGetProperty("device", out var device) ? device.GetProperty("address").GetString() : null;

    /// <summary>Sub-option 1 of option 82, as text.</summary>
    public string? CircuitId => Answer.TryGetProperty("relayAgentInformation", out var information)
        ? information.GetProperty("subOptions").EnumerateArray().First(sub => sub.GetProperty("code").GetInt32() == 1)
            .GetProperty("value").GetString()
        : null;

    /// <summary>Option 51.</summary>
    public uint? RemainingSeconds => Answer.TryGetProperty("remainingSeconds", out var seconds) ? seconds.GetUInt32() : null;

    /// <summary>Option 54.</summary>
    public string? ServerIdentifier => Text("serverIdentifier");

    /// <summary>Runs it inside a namespace.</summary>
    public static async Task<AskCommand> RunAsync(NetworkNamespace inside, IPAddress asked, params IEnumerable<string> arguments)
    {
        var finished = await Executable.RunAsync(["ask", asked.ToString(), "--json", .. arguments], inside);
        return finished.Output is [var line]
            ? new AskCommand(finished.ExitCode, JsonDocument.Parse(line).RootElement, finished.Errors)
            : throw new InvalidDataException($"Not one line of JSON: {finished}");
    }

    string? Text(string property) => Answer.TryGetProperty(property, out var value) ? value.GetString() : null;
}
