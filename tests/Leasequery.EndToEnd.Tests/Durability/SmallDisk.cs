using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Service;

namespace Leasequery.EndToEnd.Tests.Durability;

/// <summary>
/// A service whose data directory is a file system of a few megabytes. It is mounted in a mount namespace of the process:
/// nobody else sees it, and it goes with the process. The test reaches it through /proc.
/// </summary>
sealed class SmallDisk : IDisposable
{
    const int Megabytes = 4;

    readonly TempFolder _folder = new("disk");

    SmallDisk()
    {
    }

    public LeasequeryProcess Service { get; private set; } = null!;

    /// <summary>Mounts it and starts the service.</summary>
    public static Task<SmallDisk> StartAsync() => Ready.WhenAsync(new SmallDisk(), async disk =>
    {
        var settings = new ServeSettings(disk._folder.At("disk")).With("leasequery.store.probe-interval", "200 ms");
        Directory.CreateDirectory(disk._folder.At("disk"));
        disk.Service = await LeasequeryProcess.WhenReadyAsync(Executable.StartAfter(
            $"mount -t tmpfs -o size={Megabytes}m leasequery-test '{disk._folder.At("disk")}'", settings.Arguments));
    });

    /// <summary>Takes all the space that is left.</summary>
    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4096];
        try
        {
            for (var written = 0; written <= Megabytes << 20; written += page.Length)
                file.Write(page);
        }
        catch (IOException)
        {
            return; // No space left: that is what it is for.
        }
        throw new InvalidOperationException($"{Ballast} is larger than its disk.");
    }

    /// <summary>Gives the space back.</summary>
    public void Free() => File.Delete(Ballast);

    public void Dispose()
    {
        Service?.Dispose();
        _folder.Dispose();
    }

    string Ballast => $"/proc/{Service.Process.Id}/root{_folder.At("disk")}/ballast";
}
