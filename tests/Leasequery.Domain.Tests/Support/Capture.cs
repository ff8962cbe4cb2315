using System.Reflection;

namespace Leasequery.Domain.Tests.Support;

/// <summary>UDP payloads of real networks: hex files beside this one, embedded, so that no path can be wrong.</summary>
internal static class Capture
{
    public static string[] Names { get; } =
        [.. Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(name => !name.Contains('.')).Order()];

    public static byte[] Read(string name)
    {
        var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new ArgumentException($"no capture is called {name}", nameof(name));
        using var reader = new StreamReader(stream);
        var lines = reader.ReadToEnd().Split('\n').Where(line => !line.StartsWith('#'));
        return Convert.FromHexString(string.Concat(lines));
    }
}
