namespace Leasequery.Host.Wording;

/// <summary>Numbers as people say them.</summary>
internal static class Words
{
    private static readonly (uint Seconds, string Unit)[] Units = [(86400, "d"), (3600, "h"), (60, "min"), (1, "s")];

    /// <summary><c>1 d 2 h 3 min 4 s</c>, without the units that are zero.</summary>
    public static string Duration(uint seconds)
    {
        var words = new List<string>();
        foreach (var (length, unit) in Units)
        {
            if (seconds >= length)
                words.Add($"{seconds / length} {unit}");
            seconds %= length;
        }

        return words.Count == 0 ? "0 s" : string.Join(' ', words);
    }

    /// <summary><c>1 try</c>, <c>2 tries</c>.</summary>
    public static string Count(long number, string one, string many) => $"{number} {(number == 1 ? one : many)}";
}
