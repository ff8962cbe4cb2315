using System.CommandLine;
using Leasequery.Load.Overloading;
using Leasequery.Load.Reporting;
using Leasequery.Load.Watching;

namespace Leasequery.Load.Commands;

/// <summary>
/// <c>leasequery-load overload</c>: what the service does with more renewals than its store takes, and how soon it is well.
/// </summary>
internal sealed class OverloadCommand : LoadCommand
{
    private const int Segments = 32; // renewals are of one size, and a burst of them fits the kernel's usual receive buffer

    private readonly Option<Uri?> _metrics = ServiceOptions.Metrics("Required.");
    private readonly Option<int?> _process = ServiceOptions.Process();

    private readonly Option<double?> _fullRate = new("--full-rate")
    {
        HelpName = "N",
        Description = "Events a second that the store takes. Unless given it is found out by sending --probe for 8 s.",
        CustomParser = Input.Rate,
    };

    private readonly Option<double?> _probe = new("--probe")
    {
        HelpName = "N",
        Description = "Renewals a second that are more than the store takes.",
        CustomParser = Input.Rate,
        DefaultValueFactory = _ => 100_000,
    };

    private readonly Option<double?> _times = new("--times")
    {
        HelpName = "N",
        Description = "How many times the full rate is sent.",
        CustomParser = Input.Rate,
        DefaultValueFactory = _ => 5,
    };

    private readonly Option<TimeSpan> _duration = new("--duration", "-d")
    {
        HelpName = "SECONDS",
        Description = "For how long.",
        CustomParser = Input.Seconds,
        DefaultValueFactory = _ => TimeSpan.FromSeconds(60),
    };

    private readonly Option<TimeSpan> _patience = new("--patience")
    {
        HelpName = "SECONDS",
        Description = "How long the full rate is waited for afterwards.",
        CustomParser = Input.Seconds,
        DefaultValueFactory = _ => TimeSpan.FromSeconds(30),
    };

    /// <summary>Puts the command together.</summary>
    public OverloadCommand()
        : base("overload",
            "Sends more renewals than the store takes, and measures how soon the service is back at its full rate.")
    {
        foreach (var option in (Option[])[_metrics, _process, _fullRate, _probe, _times, _duration, _patience])
            Add(option);
        Validators.Add(typed => ServiceOptions.RequireMetrics(typed, _metrics, Name));
    }

    /// <inheritdoc/>
    public override string Examples => """
        Load the range with 'glean' first. Take a --count of which the actors may all be resident.

        Examples:
          leasequery-load overload 127.0.0.1:6767 --metrics http://127.0.0.1:9067/metrics --count 20000 --pid 4711
          leasequery-load overload 127.0.0.1:6767 --metrics http://127.0.0.1:9067/metrics --full-rate 40000 --times 5

        Exit codes:
          0    the full rate was back in time, and every recovery of an actor succeeded
          1    it was not
          64   the command line cannot be understood
          69   cannot send, or the service's metrics cannot be read
        """;

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(LoadContext context, CancellationToken cancellation)
    {
        using var port = context.Open(Segments);
        using var service = await context.WatchAsync(context.Value(_metrics)!, cancellation);
        using var progress = new Progress();
        var plan = new OverloadPlan(context.Value(_fullRate), context.Value(_probe)!.Value, context.Value(_times)!.Value,
            context.Value(_duration), context.Value(_patience));
        var process = context.Value(_process) is { } id ? ServerProcess.Find(id) : null;
        var result = new OverloadRun(port, service, process, plan, context.Grant, context.Range).Run(progress.Show, cancellation);
        progress.Dispose();
        context.Report.Add(OverloadFigures.Of(result));
        context.Report.Write();
        return result.RecoverySeconds is not null && result.Counts.RecoveryFailures == 0 ? ExitCodes.Ok : ExitCodes.NotRight;
    }
}
