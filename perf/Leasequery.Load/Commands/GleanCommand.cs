using System.CommandLine;
using Leasequery.Load.Gleaning;
using Leasequery.Load.Reporting;
using Leasequery.Load.Sockets;
using Leasequery.Load.Watching;

namespace Leasequery.Load.Commands;

/// <summary><c>leasequery-load glean</c>: loads bindings, and measures how fast they are stored.</summary>
internal sealed class GleanCommand : LoadCommand
{
    private readonly Option<Uri?> _metrics = ServiceOptions.Metrics("Without, everything is sent once.");
    private readonly Option<int?> _process = ServiceOptions.Process();

    private readonly Option<int> _renewals = new("--renewals")
    {
        HelpName = "K",
        Description = "Renews every address so often after that.",
        CustomParser = Input.Number(0, 1000),
    };

    private readonly Option<string> _order = new("--order")
    {
        HelpName = "NAME",
        Description = "In which order: ascending, in which a store finds neighbours beside each other; or random, as subscribers "
            + "renew.",
        CustomParser = Input.OneOf(GrantSender.Orders),
        DefaultValueFactory = _ => GrantSender.Orders[0],
    };

    private readonly Option<int> _inFlight = new("--in-flight")
    {
        HelpName = "N",
        Description = "Messages that the service is not known to be done with; "
            + "keep it below leasequery.gleaning.max-in-flight, or it sheds. Without --metrics nobody knows.",
        CustomParser = Input.Number(1, 1_000_000),
        DefaultValueFactory = _ => 10_000,
    };

    private readonly Option<double?> _rate = new("--rate", "-r")
    {
        HelpName = "N",
        Description = "The most that is sent in a second; more than the service takes off its socket is lost in the kernel.",
        CustomParser = Input.Rate,
        DefaultValueFactory = _ => 25_000,
    };

    /// <summary>Puts the command together.</summary>
    public GleanCommand()
        : base("glean", "Sends a DHCPACK for every address as a relay would, and measures how fast the service stores them.")
    {
        foreach (var option in (Option[])[_metrics, _process, _renewals, _order, _inFlight, _rate])
            Add(option);
        Validators.Add(typed =>
        {
            if (typed.GetResult(_process) is not null)
                ServiceOptions.RequireMetrics(typed, _metrics, _process.Name);
        });
    }

    /// <inheritdoc/>
    public override string Examples => """
        Device and option 82 (44 bytes) of each address are computed from the address, so that 'queries --verify' knows them.
        A gleaned message gets no answer. With --metrics, what the service shed is sent again until everything is stored. Any
        other server gets everything once, at the pace of --rate; what it has stored is not known. The messages of a burst leave
        as one, which the kernel cuts (UDP_SEGMENT): this end shares the cores with what it measures.

        Examples:
          leasequery-load glean 127.0.0.1:6767 --metrics http://127.0.0.1:9067/metrics --count 100000
          leasequery-load glean 127.0.0.1:6767 --metrics http://127.0.0.1:9067/metrics --renewals 20 --pid 4711 --json glean.json
          leasequery-load glean 10.0.0.2 --from 10.0.0.1:67 --rate 5000 --count 20000 --allow-remote

        Exit codes:
          0    everything is stored; without --metrics: is sent
          1    something is not stored; without --metrics: nobody listens there
          64   the command line cannot be understood
          69   cannot send, or the service's metrics cannot be read
        """;

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(LoadContext context, CancellationToken cancellation)
    {
        using var port = context.Open(GrantSender.Burst);
        var plan = new GleanPlan(context.Range, context.Grant, context.Value(_renewals), context.Value(_inFlight),
            context.Value(_rate)!.Value, context.Dialect, context.Value(_order)!);
        var isRight = context.Value(_metrics) is { } metrics
            ? await LoadAsync(context, metrics, port, plan, cancellation)
            : Send(context, port, plan, cancellation);
        context.Report.Write();
        return isRight ? ExitCodes.Ok : ExitCodes.NotRight;
    }

    private async Task<bool> LoadAsync(LoadContext context, Uri metrics, DatagramPort port, GleanPlan plan,
        CancellationToken cancellation)
    {
        using var service = await context.WatchAsync(metrics, cancellation);
        using var progress = new Progress();
        var run = new GleanRun(port, service, plan, context.Value(_process) is { } id ? ServerProcess.Find(id) : null);
        var rounds = new List<GleanRound>();
        for (var round = 0; round <= plan.Renewals; round++)
        {
            rounds.Add(run.Run(round, stored => progress.Show(round, stored, plan.Range.Count, "stored"), cancellation));
            context.Report.Add(GleanFigures.Of(rounds[^1]));
        }

        if (plan.Renewals > 1)
            context.Report.Add(GleanFigures.OfSettled(rounds));
        return rounds.TrueForAll(round => round.Missing == 0);
    }

    private static bool Send(LoadContext context, DatagramPort port, GleanPlan plan, CancellationToken cancellation)
    {
        using var progress = new Progress();
        var run = new BlindRun(port, plan);
        var refused = 0L;
        for (var round = 0; round <= plan.Renewals; round++)
        {
            var sent = run.Run(round, sent => progress.Show(round, sent, plan.Range.Count, "sent"), cancellation);
            context.Report.Add(GleanFigures.Of(sent));
            refused += sent.Refused;
        }

        return refused == 0;
    }
}
