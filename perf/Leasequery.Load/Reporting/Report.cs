using System.Globalization;
using System.Text.Json;
using Leasequery.Load.Commands;

namespace Leasequery.Load.Reporting;

/// <summary>The summary of a run: a table for people, JSON for scripts.</summary>
internal sealed class Report(TextWriter output, FileInfo? json)
{
    private const int NameWidth = 28;
    private const int ValueWidth = 18;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly List<Figures> _parts = [];

    /// <summary>One whose file can be written to: who measures for minutes wants to know before.</summary>
    /// <exception cref="LoadFailedException">It cannot.</exception>
    public static Report To(TextWriter output, FileInfo? json)
    {
        try
        {
            json?.Open(FileMode.OpenOrCreate, FileAccess.Write).Dispose();
            return new Report(output, json);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new LoadFailedException(ExitCodes.Unavailable, $"--json {json} cannot be written to ({cause.Message})", cause);
        }
    }

    /// <summary>Adds a part.</summary>
    public void Add(Figures part) => _parts.Add(part);

    /// <summary>Writes table and file.</summary>
    public void Write()
    {
        foreach (var (heading, values, note) in _parts)
        {
            output.WriteLine(heading);
            foreach (var (name, value) in values)
                output.WriteLine($"  {name.PadRight(NameWidth)} {Format(value).PadLeft(ValueWidth)}");
            if (note is not null)
                output.WriteLine($"  {note}");
        }

        if (json is not null)
            File.WriteAllText(json.FullName, JsonSerializer.Serialize(
                _parts.ToDictionary(part => part.Heading, part => part.Values.ToDictionary()), Indented) + "\n");
    }

    private static string Format(double value) =>
        value.ToString(value == Math.Floor(value) || value >= 1000 ? "#,0" : "0.000", CultureInfo.InvariantCulture);
}
