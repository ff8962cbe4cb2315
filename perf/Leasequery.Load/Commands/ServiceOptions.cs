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
}
