namespace Leasequery.EndToEnd.Tests;

/// <summary>Captures kept beside this file; README.md there says where each is from.</summary>
public static class CaptureFiles
{
    /// <summary>Eight subscribers on four lines, with renewals, a release and a refusal, as seen upstream of the relay.</summary>
    public static string AccessNetwork { get; } = Path.Combine(AppContext.BaseDirectory, "Captures", "access-network.pcap");
}
