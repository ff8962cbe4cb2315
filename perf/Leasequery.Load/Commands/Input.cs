using System.CommandLine.Parsing;
using System.Globalization;
using Leasequery.Load.Sockets;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Load.Commands;

/// <summary>Reads what users type. Each complaint says what was typed and what would be right.</summary>
internal static class Input
{
    private const int SecondsInDay = 86_400;

    /// <summary>ADDRESS[:PORT].</summary>
    public static Func<ArgumentResult, Ipv4Endpoint> Endpoint(ushort defaultPort) => typed =>
    {
        if (!Ipv4Endpoint.TryParse(Text(typed), defaultPort, out var endpoint))
            typed.AddError($"'{Text(typed)}' is not ADDRESS[:PORT] such as 127.0.0.1:6767");
        return endpoint;
    };

    /// <summary>A prefix.</summary>
    public static Ipv4Prefix Prefix(ArgumentResult typed)
    {
        if (!Ipv4Prefix.TryParse(Text(typed), out var prefix))
            typed.AddError($"'{Text(typed)}' is not a prefix such as 10.0.0.0/12");
        return prefix;
    }

    /// <summary>A dialect by its name.</summary>
    public static LeasequeryDialect Dialect(ArgumentResult typed)
    {
        if (!LeasequeryDialects.TryParse(Text(typed), out var dialect))
            typed.AddError($"'{Text(typed)}' is no dialect; there are {LeasequeryDialects.AllNames}");
        return dialect;
    }

    /// <summary>One of some words.</summary>
    public static Func<ArgumentResult, string> OneOf(IReadOnlyList<string> words) => typed =>
    {
        if (!words.Contains(Text(typed)))
            typed.AddError($"'{Text(typed)}' is none of {string.Join(", ", words)}");
        return Text(typed);
    };

    /// <summary>A whole number in a range.</summary>
    public static Func<ArgumentResult, int> Number(int lowest, int highest) => typed =>
    {
        var isNumber = int.TryParse(Text(typed), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        if (!isNumber || number < lowest || number > highest)
            typed.AddError($"'{Text(typed)}' is not a whole number from {lowest} to {highest}");
        return number;
    };

    /// <summary>Numbers of processors, with commas between them.</summary>
    public static int[] Processors(ArgumentResult typed)
    {
        var numbers = new List<int>();
        foreach (var word in Text(typed).Split(','))
        {
            if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= Processor.Last)
                numbers.Add(number);
            else
                typed.AddError($"'{word}' in '{Text(typed)}' is not the number of a processor such as 0");
        }

        return [.. numbers];
    }

    /// <summary>Three parts of a mix: queries, renewals, new bindings.</summary>
    public static Mix? Mix(ArgumentResult typed)
    {
        var parts = Text(typed).Split(':');
        var numbers = parts.Select(part => double.TryParse(part, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out var number) ? number : -1).ToArray();
        if (numbers.Length == 3 && numbers[0] > 0 && numbers.All(number => number >= 0))
            return new Mix(numbers[1] / numbers[0], numbers[2] / numbers[0]);
        typed.AddError($"'{Text(typed)}' is not queries:renewals:new bindings such as 90:8:2");
        return null;
    }

    /// <summary>A rate: a number above 0.</summary>
    public static double? Rate(ArgumentResult typed)
    {
        var isNumber = TryReadDecimal(typed, out var number);
        if (!isNumber || number <= 0)
            typed.AddError($"'{Text(typed)}' is not a number a second above 0");
        return number;
    }

    /// <summary>Seconds, with a fraction or without.</summary>
    public static TimeSpan Seconds(ArgumentResult typed)
    {
        var isNumber = TryReadDecimal(typed, out var seconds);
        if (!isNumber || seconds > SecondsInDay)
            typed.AddError($"'{Text(typed)}' is not a number of seconds from 0 to {SecondsInDay}");
        return TimeSpan.FromSeconds(Math.Min(seconds, SecondsInDay));
    }

    /// <summary>An HTTP address.</summary>
    public static Uri? Url(ArgumentResult typed)
    {
        if (!Uri.TryCreate(Text(typed), UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttp)
            typed.AddError($"'{Text(typed)}' is not an address such as {ServiceOptions.DefaultMetrics}");
        return url;
    }

    private static bool TryReadDecimal(ArgumentResult typed, out double number) =>
        double.TryParse(Text(typed), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);

    private static string Text(ArgumentResult typed) => typed.Tokens[0].Value;
}

/// <summary>What goes beside each query.</summary>
/// <param name="Renewals">Renewals.</param>
/// <param name="NewBindings">Bindings of new addresses.</param>
internal sealed record Mix(double Renewals, double NewBindings);
