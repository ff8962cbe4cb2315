namespace Leasequery.Host.Demo;

/// <summary>DHCP messages of a real access network, embedded in the program so that a newcomer needs nothing else.</summary>
internal static class ExampleTraffic
{
    /// <summary>The network whose subscribers the messages are about.</summary>
    public const string Network = "10.20.0.0/16";

    /// <summary>The payloads, in the order in which the relay agent saw them.</summary>
    public static IReadOnlyList<byte[]> Read()
    {
        using var resource = typeof(ExampleTraffic).Assembly.GetManifestResourceStream("example-traffic.txt")!;
        using var reader = new StreamReader(resource);
        return [.. reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(Convert.FromHexString)];
    }
}
