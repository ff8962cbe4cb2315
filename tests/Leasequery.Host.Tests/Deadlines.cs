namespace Leasequery.Host.Tests;

/// <summary>How long tests wait for what must come. Long, because only a broken test waits that long.</summary>
internal static class Deadlines
{
    public static readonly TimeSpan Answer = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan Datagrams = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan Service = TimeSpan.FromSeconds(60); // its start or its end
}
