namespace Leasequery.EndToEnd.Tests.Peers.Machine;

/// <summary>A folder for the configuration, lease files and captures of one peer; gone with its owner.</summary>
public sealed class TempFolder : IDisposable
{
    static TempFolder()
    {
        foreach (var folder in Directory.EnumerateDirectories(System.IO.Path.GetTempPath()))
            if (OwnName.IsLeftover(System.IO.Path.GetFileName(folder)))
                TryDelete(folder);
    }

    /// <summary>Makes an empty folder that only this user can read.</summary>
    public TempFolder(string role) => Directory.CreateDirectory(
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), OwnName.Next(role)),
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Writes a file and returns its path.</summary>
    public string Write(string name, string content)
    {
        var path = At(name);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>The path of a file in it, there or not.</summary>
    public string At(string name) => System.IO.Path.Combine(Path, name);

    static void TryDelete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Of another user, or another run was faster.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
