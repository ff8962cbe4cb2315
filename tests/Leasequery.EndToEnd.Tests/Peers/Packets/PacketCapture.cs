using Leasequery.EndToEnd.Tests.Peers.Machine;

namespace Leasequery.EndToEnd.Tests.Peers.Packets;

/// <summary>dumpcap on one interface of a namespace, for as long as the test wants.</summary>
public sealed class PacketCapture : IDisposable
{
    readonly TempFolder _folder = new("capture");
    readonly ChildProcess _dumpcap;

    PacketCapture(NetworkNamespace place, string interfaceName, string filter)
    {
        (InterfaceName, File) = (interfaceName, _folder.At("packets.pcap"));
        _dumpcap = ChildProcess.Start("dumpcap", ["-q", "-P", "-i", interfaceName, "-f", filter, "-w", File], place);
    }

    /// <summary>Where it looks.</summary>
    public string InterfaceName { get; }

    /// <summary>The pcap file.</summary>
    public string File { get; }

    /// <summary>The datagrams seen until now.</summary>
    public IReadOnlyList<CapturedDatagram> Datagrams => PcapFile.Read(File);

    /// <summary>Starts, and returns when nothing can be missed any more.</summary>
    public static Task<PacketCapture> StartAsync(
        NetworkNamespace place, string interfaceName, string filter = "udp port 67 or udp port 68") =>
        Ready.WhenAsync(
            new PacketCapture(place, interfaceName, filter),
            capture => capture._dumpcap.WaitForLineAsync(
                "^File: ", Deadlines.Answer, $"the capture on {interfaceName} of {place.Name} to be open"));

    /// <summary>Waits until so many datagrams of a kind have been seen, and returns them.</summary>
    public async Task<IReadOnlyList<CapturedDatagram>> WaitForAsync(Func<CapturedDatagram, bool> kind, int count, string what)
    {
        CapturedDatagram[] matching = [];
        await Eventually.HoldsAsync(
            () => (matching = [.. Datagrams.Where(kind)]).Length >= count, Deadlines.Answer, $"{count} captured: {what}",
            () => $"Seen: {matching.Length} of {Datagrams.Count} datagrams.");
        return matching;
    }

    /// <summary>
    /// Ends the capture; the file is complete then. Wait for what you expect before: the kernel may still hold it.
    /// </summary>
    public Task StopAsync()
    {
        _dumpcap.Terminate();
        return _dumpcap.WaitForExitAsync(Deadlines.Answer, "the capture to end");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _dumpcap.Dispose();
        _folder.Dispose();
    }
}
