using System.Diagnostics;
using Leasequery.Load.Reporting;

namespace Leasequery.Load.Tests.Reporting;

public sealed class ReportSpec : IDisposable
{
    private static readonly Figures Queries = new("queries",
    [
        ("sent", 1_234_567),
        ("answers/s", 98_765.4321),
        ("p50 ms", 0.0714),
        ("first right answer, unix ms", 1_764_000_000_123),
    ]);

    private static readonly Figures Beside = new("beside the queries", [("sent", 42)], "A note for people.");

    private readonly FileInfo _json = new(Path.GetTempFileName());

    [Fact]
    public void The_table_has_a_line_for_each_figure_and_says_what_people_have_to_know() =>
        Assert.Equal(
            """
            queries
              sent                                  1,234,567
              answers/s                                98,765
              p50 ms                                    0.071
              first right answer, unix ms   1,764,000,000,123
            beside the queries
              sent                                         42
              A note for people.

            """,
            Write(null));

    [Theory] // a figure's name may stand under several headings, and have commas and slashes in it
    [InlineData("queries", "sent", "1234567")]
    [InlineData("beside the queries", "sent", "42")]
    [InlineData("queries", "answers/s", "98765.4321")]
    [InlineData("queries", "p50 ms", "0.0714")]
    [InlineData("queries", "first right answer, unix ms", "1764000000123")] // the last one of its heading has no comma
    [InlineData("queries", "answers", "")]
    [InlineData("overload", "sent", "")]
    public void The_scripts_find_each_figure_in_the_JSON(string heading, string name, string value)
    {
        Write(_json);
        Assert.Equal(value, ValueOfScripts(heading, name));
    }

    public void Dispose() => _json.Delete();

    private static string Write(FileInfo? json)
    {
        using var table = new StringWriter { NewLine = "\n" };
        var report = new Report(table, json);
        report.Add(Queries);
        report.Add(Beside);
        report.Write();
        return table.ToString();
    }

    // What perf/lib.sh makes of it.
    private string ValueOfScripts(string heading, string name)
    {
        var start = new ProcessStartInfo("bash",
            ["-euo", "pipefail", "-c", ". perf/lib.sh; value \"$@\"", "bash", _json.FullName, heading, name])
        {
            WorkingDirectory = Checkout(),
            RedirectStandardOutput = true,
        };
        using var bash = Process.Start(start)!;
        var value = bash.StandardOutput.ReadToEnd();
        bash.WaitForExit();
        Assert.Equal(0, bash.ExitCode);
        return value.TrimEnd('\n');
    }

    private static string Checkout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "perf", "lib.sh")))
            folder = folder.Parent ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is not in a checkout");
        return folder.FullName;
    }
}
