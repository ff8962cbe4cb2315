using System.CommandLine.Parsing;
using System.Globalization;
using Leasequery.Wire;

namespace Leasequery.Host.Commands;

/// <summary>Reads what users type. Each complaint says what was typed and what would be right.</summary>
internal static class Input
{
    /// <summary>A dotted quad other than 0.0.0.0, which DHCP uses for "none".</summary>
    public static Ipv4Address Address(ArgumentResult typed)
    {
        if (!Ipv4Address.TryParse(typed.Tokens[0].Value, out var address))
            typed.AddError($"'{typed.Tokens[0].Value}' is not an IPv4 address such as 10.0.0.7");
        else if (address.IsUnspecified)
            typed.AddError("0.0.0.0 means no address in DHCP");
        return address;
    }

    /// <summary>HOST[:PORT]; the port is that of DHCP servers unless given.</summary>
    public static ServerName Server(ArgumentResult typed) => Server(typed, Ipv4Endpoint.ServerPort);

    /// <summary>HOST[:PORT].</summary>
    public static ServerName Server(ArgumentResult typed, ushort defaultPort)
    {
        var text = typed.Tokens[0].Value;
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? text : text[..colon];
        var port = defaultPort;
        if (colon >= 0 && (!ushort.TryParse(text[(colon + 1)..], NumberStyles.None, null, out port) || port == 0))
            typed.AddError($"'{text[(colon + 1)..]}' is not a port from 1 to 65535");
        else if (!IsHost(host))
            typed.AddError($"'{text}' is not HOST[:PORT] with a name or an IPv4 address, such as 10.0.0.1:{defaultPort}");
        return new ServerName(host, port);
    }

    /// <summary>A whole number in a range.</summary>
    public static Func<ArgumentResult, int> Number(int lowest, int highest) =>
        typed => ReadNumber(typed, typed.Tokens[0], lowest, highest);

    /// <summary>Whole numbers in a range.</summary>
    public static Func<ArgumentResult, int[]> Numbers(int lowest, int highest) =>
        typed => [.. typed.Tokens.Select(token => ReadNumber(typed, token, lowest, highest))];

    /// <summary>A number of seconds, with a fraction or without.</summary>
    public static Func<ArgumentResult, TimeSpan> Seconds(double lowest, double highest) => typed =>
    {
        var isNumber = TryReadDecimal(typed.Tokens[0].Value, out var seconds);
        if (!isNumber || seconds < lowest || seconds > highest)
            typed.AddError($"'{typed.Tokens[0].Value}' is not a number of seconds from {Plain(lowest)} to {Plain(highest)}");
        return TimeSpan.FromSeconds(Math.Clamp(seconds, lowest, highest));
    };

    /// <summary>A decimal number, with a point whatever the machine's language.</summary>
    public static bool TryReadDecimal(string text, out double number) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);

    // A name of digits and dots alone is a mistyped address, not something to ask a name server for.
    private static bool IsHost(string text) => text.AsSpan().ContainsAnyExcept("0123456789.")
        ? Uri.CheckHostName(text) == UriHostNameType.Dns
        : Ipv4Address.TryParse(text, out _);

    private static int ReadNumber(ArgumentResult typed, Token token, int lowest, int highest)
    {
        var isNumber = int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        if (!isNumber || number < lowest || number > highest)
            typed.AddError($"'{token.Value}' is not a whole number from {lowest} to {highest}");
        return number;
    }

    private static string Plain(double number) => number.ToString(CultureInfo.InvariantCulture);
}
