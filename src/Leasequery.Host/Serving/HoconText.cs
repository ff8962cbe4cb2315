using System.Text;

namespace Leasequery.Host.Serving;

/// <summary>Texts as HOCON wants them.</summary>
internal static class HoconText
{
    /// <summary>The text in quotes, whatever is in it.</summary>
    public static string Quote(string value)
    {
        var quoted = new StringBuilder("\"");
        foreach (var sign in value)
            _ = sign switch
            {
                '\\' or '"' => quoted.Append('\\').Append(sign),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                _ => quoted.Append(sign),
            };
        return quoted.Append('"').ToString();
    }
}
