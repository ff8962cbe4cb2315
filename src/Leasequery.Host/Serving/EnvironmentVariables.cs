using System.Text;
using System.Text.RegularExpressions;

namespace Leasequery.Host.Serving;

/// <summary>
/// Puts environment variables into a HOCON text: <c>${NAME}</c> and <c>${?NAME}</c>, NAME in capitals. HOCON has them, for
/// secrets that belong into no file, but Akka's reader looks for the name in the text only.
/// </summary>
internal static partial class EnvironmentVariables
{
    /// <summary>
    /// The text with each variable replaced by its value as a quoted text. One that is not set is an empty text with a question
    /// mark; without one it stays, and the reader refuses it by its name.
    /// </summary>
    /// <param name="text">A HOCON text with all brackets and quotes closed.</param>
    /// <param name="valueOf">The value of a variable; null when it is not set.</param>
    public static string Replace(string text, Func<string, string?> valueOf)
    {
        var replaced = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var length = LengthOfNext(text.AsSpan(at));
            var token = text.Substring(at, length);
            at += length;
            var value = Variable().Match(token) is { Success: true } variable
                ? valueOf(variable.Groups["name"].Value) ?? (variable.Groups["maybe"].Success ? "" : null)
                : null;
            replaced.Append(value is null ? token : HoconText.Quote(value));
        }

        return replaced.ToString();
    }

    // A comment, a quoted text and a substitution are one piece each; anything else is taken sign by sign.
    private static int LengthOfNext(ReadOnlySpan<char> rest) =>
        rest[0] == '#' || rest.StartsWith("//") ? HoconBrackets.LengthTo("\n", rest)
        : rest[0] == '"' ? HoconBrackets.QuotedLength(rest) ?? rest.Length
        : rest.StartsWith("${") ? Math.Min(HoconBrackets.LengthTo("}", rest) + 1, rest.Length)
        : 1;

    [GeneratedRegex(@"^\$\{(?<maybe>\?)?(?<name>[A-Z_][A-Z0-9_]*)\}$")]
    private static partial Regex Variable();
}
