namespace Leasequery.Actors.Tests.Support;

/// <summary>The checkout that the tests were built in: for specs that read what is written there.</summary>
internal static class House
{
    /// <summary>Its folder.</summary>
    public static string Folder { get; } = Find();

    /// <summary>The lines of a file.</summary>
    public static string[] ReadAllLines(string name) => File.ReadAllLines(Path.Combine(Folder, name));

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Actors.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is not in a checkout");
        return folder.FullName;
    }
}
