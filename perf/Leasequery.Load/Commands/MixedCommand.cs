using System.CommandLine;
using Leasequery.Load.Asking;
using Leasequery.Load.Gleaning;
using Leasequery.Load.Reporting;
using Leasequery.Load.Traffic;

namespace Leasequery.Load.Commands;

/// <summary><c>leasequery-load mixed</c>: queries, with a stream of DHCP traffic beside them.</summary>
internal sealed class MixedCommand : LoadCommand
{
    private readonly AskingOptions _asking = new();
    private readonly Option<Uri?> _metrics = ServiceOptions.Metrics();

    private readonly Option<double?> _renewals = new("--renewals")
    {
        HelpName = "N",
        Description = "Renewals of the range's addresses, in turn, a second.",
        CustomParser = Input.Rate,
    };

    private readonly Option<double?> _newBindings = new("--new")
    {
        HelpName = "N",
        Description = "Bindings of the addresses behind the range, in turn, a second.",
        CustomParser = Input.Rate,
    };

    /// <summary>Puts the command together.</summary>
    public MixedCommand()
        : base("mixed", "Asks as 'queries' does while bindings are made and renewed at an even pace.")
    {
        foreach (var option in _asking.All.Concat([_renewals, _newBindings, _metrics]))
            Add(option);
    }

    /// <inheritdoc/>
    public override string Examples => """
        Load the range with 'glean' first; then --verify holds for it.

        Examples:
          leasequery-load mixed 127.0.0.1:6767 --rate 40000 --renewals 2000 --verify
          leasequery-load mixed 127.0.0.1:6767 --window 64 --renewals 1000 --new 200 --duration 30

        Exit codes:
          0    every answer was right
          1    none came, or one was wrong
          64   the command line cannot be understood
          69   cannot send, or the service's metrics cannot be read
        """;

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(LoadContext context, CancellationToken cancellation)
    {
        using var port = context.Open();
        using var service = await context.WatchAsync(context.Value(_metrics)!, cancellation);
        using var progress = new Progress();
        var plan = _asking.Plan(context);
        var addresses = AddressPattern.Create(context.Value(_asking.Pattern), context.Range, context.Value(_asking.Seed));
        var judge = new ReplyJudge(plan.Dialect, context.Value(_asking.Verify));
        var streams = Streams(context);
        var before = service.Counts;
        var tally = new QueryLoop(port, plan, addresses, judge, streams).Run(progress.Show, cancellation);
        progress.Dispose();
        await Task.Delay(ServiceWatch.Age, cancellation);
        context.Report.Add(QueryFigures.Of(tally, port.Refused));
        context.Report.Add(StreamFigures.Of(streams.Sum(stream => stream.Sent), service.Counts - before));
        context.Report.Write();
        return tally.Answered > 0 && tally.Wrong == 0 ? ExitCodes.Ok : ExitCodes.NotRight;
    }

    private List<GrantStream> Streams(LoadContext context)
    {
        var range = context.Range;
        var behind = new AddressRange(range[range.Count], range.Count);
        var transaction = (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds() << 8;
        var streams = new List<GrantStream>();
        if (context.Value(_renewals) is { } renewals)
            streams.Add(new GrantStream(context.Grant, AddressPattern.Create("scan", range, 0), renewals, transaction));
        if (context.Value(_newBindings) is { } bindings)
            streams.Add(new GrantStream(context.Grant, AddressPattern.Create("scan", behind, 0), bindings, transaction));
        return streams;
    }
}
