namespace Leasequery.Host.Serving;

/// <summary>
/// Looks whether every bracket and every quote of a HOCON text has its partner. Akka's reader does not: it takes a text that ends
/// in the middle, and what follows a bracket too many it leaves out. Half a file would count as a whole one, with defaults for
/// the rest.
/// </summary>
internal static class HoconBrackets
{
    private const string Quote = "\"";
    private const string LongQuote = "\"\"\"";

    /// <summary>The first flaw, with its line; null when there is none.</summary>
    public static string? FindFlaw(string text)
    {
        var open = new Stack<(char Bracket, int Line)>();
        var line = 1;
        for (var at = 0; at < text.Length; at++) // ends: what moves on by itself never moves back
        {
            var rest = text.AsSpan(at);
            if (rest[0] == '#' || rest.StartsWith("//"))
            {
                at += LengthTo("\n", rest) - 1;
            }
            else if (rest[0] == '"')
            {
                if (QuotedLength(rest) is not { } length)
                    return $"line {line}: a quote is not closed";
                line += rest[..length].Count('\n');
                at += length - 1;
            }
            else if (rest[0] is '{' or '[')
            {
                open.Push((rest[0], line));
            }
            else if (rest[0] is '}' or ']' && !(open.TryPop(out var last) && last.Bracket == (rest[0] == '}' ? '{' : '[')))
            {
                return $"line {line}: {rest[0]} closes nothing";
            }
            else if (rest[0] == '\n')
            {
                line++;
            }
        }

        return open.TryPop(out var left) ? $"line {left.Line}: {left.Bracket} is not closed" : null;
    }

    /// <summary>How long the text is that begins with a quote, with the quote that ends it; null when none does, or a line ends
    /// first.</summary>
    public static int? QuotedLength(ReadOnlySpan<char> rest)
    {
        if (rest.StartsWith(LongQuote))
            return rest[LongQuote.Length..].IndexOf(LongQuote) is >= 0 and var inner ? inner + 2 * LongQuote.Length : null;
        for (var at = Quote.Length; at < rest.Length && rest[at] != '\n'; at++)
        {
            if (rest[at] == '"')
                return at + Quote.Length;
            if (rest[at] == '\\')
                at++;
        }

        return null;
    }

    /// <summary>How long the text is up to a mark, or to its end.</summary>
    public static int LengthTo(string end, ReadOnlySpan<char> rest) =>
        rest.IndexOf(end) is >= 0 and var length ? length : rest.Length;
}
