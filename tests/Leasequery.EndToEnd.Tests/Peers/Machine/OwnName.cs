using System.Globalization;

namespace Leasequery.EndToEnd.Tests.Peers.Machine;

/// <summary>
/// Names for what a test run leaves on the machine: <c>lq</c>, the process id, a counter, a role. Two runs never meet, and
/// the id tells a later run what belongs to one that was killed.
/// </summary>
public static class OwnName
{
    const string Prefix = "lq";
    static int _counter;

    /// <summary>A name nobody else has, such as <c>lq4711-3-relay</c>.</summary>
    public static string Next(string role) => $"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref _counter)}-{role}";

    /// <summary>True when <paramref name="name"/> was made here by a process that no longer lives.</summary>
    public static bool IsLeftover(string name)
    {
        var dash = name.IndexOf('-', StringComparison.Ordinal);
        return dash > Prefix.Length
            && name.StartsWith(Prefix, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(Prefix.Length..dash), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            && !Directory.Exists($"/proc/{pid}");
    }
}
