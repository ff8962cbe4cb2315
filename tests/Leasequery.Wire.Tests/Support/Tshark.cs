using System.Diagnostics;

namespace Leasequery.Wire.Tests.Support;

/// <summary>Asks tshark what it reads in messages.</summary>
internal static class Tshark
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Why specs that need tshark are skipped; null where it can be run, or where its absence is a failure.</summary>
    public static string? SkipReason { get; } = IsInstalled() || Environment.GetEnvironmentVariable("CI") == "true"
        ? null
        : "tshark is not installed (Debian: apt-get install tshark); with CI=true this would be a failure";

    /// <summary>
    /// The fields of all messages, in one run because tshark takes a second to start: for each message its fields, each with
    /// all its occurrences separated by commas.
    /// </summary>
    public static List<string[]> Decode(IEnumerable<byte[]> messages, IReadOnlyCollection<string> fields)
    {
        var file = Path.Combine(Path.GetTempPath(), $"leasequery-{Guid.NewGuid():N}.pcap");
        try
        {
            PcapFile.WriteUdpPayloads(file, messages);
            var columns = fields.SelectMany(field => (string[])["-e", field]);
            return [.. Run(["-r", file, "-T", "fields", "-E", "separator=|", .. columns])
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split('|'))];
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Run(IEnumerable<string> arguments)
    {
        using var tshark = Process.Start(new ProcessStartInfo("tshark", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = tshark.StandardError.ReadToEndAsync();
        var output = tshark.StandardOutput.ReadToEndAsync();
        if (!tshark.WaitForExit(Patience))
        {
            tshark.Kill();
            throw new TimeoutException($"tshark did not end within {Patience}");
        }

        Assert.True(tshark.ExitCode == 0, errors.Result);
        return output.Result;
    }

    private static bool IsInstalled() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(directory => File.Exists(Path.Combine(directory, "tshark")));
}

/// <summary>A table of a spec that needs tshark.</summary>
internal sealed class TsharkTheoryAttribute : TheoryAttribute
{
    public TsharkTheoryAttribute() => Skip = Tshark.SkipReason;
}
