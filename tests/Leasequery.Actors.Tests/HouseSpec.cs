using Leasequery.Actors.Addresses;
using Leasequery.Actors.Tests.Support;

namespace Leasequery.Actors.Tests;

/// <summary>The rules of the house: who may know whom, and how wide its text may be.</summary>
public class HouseSpec
{
    private const int Columns = 130;

    private static readonly string[] Rooms = ["hocon", "perf", "src", "tests"];
    private static readonly string[] Endings = [".c", ".cs", ".conf", ".service", ".sh", ".yaml", ""]; // scripts have none

    private static readonly string[] NotWritten =
        ["bin", "obj", "results", "BenchmarkDotNet.Artifacts", "Captures", "TestResults"];

    private static readonly string[] References =
        [.. typeof(AddressProtocol).Assembly.GetReferencedAssemblies().Select(reference => reference.Name!)];

    [Fact]
    public void The_actors_know_the_domain_and_the_wire_and_no_host() =>
        Assert.Equal(
            ["Leasequery.Domain", "Leasequery.Wire"],
            References.Where(name => name.StartsWith("Leasequery.", StringComparison.Ordinal)).Order());

    [Fact]
    public void The_actors_do_not_know_which_database_there_is() =>
        Assert.DoesNotContain(References, name =>
            new[] { "Sql", "linq2db", "Npgsql", "LiteDB", "EntityFramework", "System.Data", "Dapper" }
                .Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase)));

    [Fact]
    public void What_serializes_itself_by_reflection_is_not_used() =>
        Assert.DoesNotContain(References, name => name is "Newtonsoft.Json" or "System.Text.Json");

    [Fact]
    public void No_line_is_wider_than_130_columns()
    {
        var files = Rooms.SelectMany(room => Written(new DirectoryInfo(Path.Combine(House.Folder, room)))).ToArray();

        var wide = from file in files
                   from line in File.ReadLines(file.FullName).Index()
                   where line.Item.Length > Columns
                   select $"{Path.GetRelativePath(House.Folder, file.FullName)}:{line.Index + 1}: {line.Item.Length} columns";
        Assert.True(!wide.Any(), string.Join(Environment.NewLine, wide));
        Assert.Empty(new[] { "HouseSpec.cs", "reference.conf", "scale" }.Except(files.Select(file => file.Name)));
    }

    private static IEnumerable<FileInfo> Written(DirectoryInfo folder) => folder.EnumerateFiles()
        .Where(file => Endings.Contains(file.Extension))
        .Concat(folder.EnumerateDirectories().Where(inner => !NotWritten.Contains(inner.Name)).SelectMany(Written));
}
