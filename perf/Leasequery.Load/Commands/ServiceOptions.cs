using System.CommandLine;

namespace Leasequery.Load.Commands;

/// <summary>Options of the commands that look at the service's metrics.</summary>
internal static class ServiceOptions
{
    /// <summary>Where the service has them unless told otherwise.</summary>
    public const string DefaultMetrics = "http://127.0.0.1:9067/metrics";

    /// <summary>--metrics.</summary>
    public static Option<Uri?> Metrics() => new("--metrics")
    {
        HelpName = "URL",
        Description = "The service's metrics, which tell what it has stored.",
        CustomParser = Input.Url,
        DefaultValueFactory = _ => new Uri(DefaultMetrics),
    };

    /// <summary>--pid.</summary>
    public static Option<int?> Process() => new("--pid")
    {
        HelpName = "PID",
        Description = "The server's process: tells its processor time for each answer, and its memory.",
        CustomParser = typed => Input.Number(1, int.MaxValue)(typed),
    };
}
