using System.CommandLine;
using System.CommandLine.Parsing;

namespace Leasequery.Load.Commands;

/// <summary>Options of the commands that look at the service's metrics.</summary>
internal static class ServiceOptions
{
    /// <summary>Where the service has its metrics unless told otherwise.</summary>
    public const string DefaultMetrics = "http://127.0.0.1:9067/metrics";

    /// <summary>--metrics.</summary>
    /// <param name="without">What is done without it.</param>
    public static Option<Uri?> Metrics(string without) => new("--metrics")
    {
        HelpName = "URL",
        Description = $"The service's metrics, which tell what it has stored, such as {DefaultMetrics}. {without}",
        CustomParser = Input.Url,
    };

    /// <summary>Complains of what cannot be done without --metrics.</summary>
    /// <param name="typed">What was typed.</param>
    /// <param name="metrics">The option.</param>
    /// <param name="who">What cannot.</param>
    public static void RequireMetrics(CommandResult typed, Option<Uri?> metrics, string who)
    {
        if (typed.GetResult(metrics) is null)
            typed.AddError($"{who} has to know what is stored, which the service's metrics alone tell: "
                + $"say where they are, such as --metrics {DefaultMetrics}");
    }

    /// <summary>--pid.</summary>
    public static Option<int?> Process() => new("--pid")
    {
        HelpName = "PID",
        Description = "The server's process: tells its processor time for each answer, and after an overload its memory.",
        CustomParser = typed => Input.Number(1, int.MaxValue)(typed),
    };
}
