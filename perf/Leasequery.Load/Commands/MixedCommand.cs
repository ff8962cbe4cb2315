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
    private readonly Option<Uri?> _metrics = ServiceOptions.Metrics("Without, what is stored is not known.");

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

    private readonly Option<Mix?> _mix = new("--mix")
    {
        HelpName = "Q:R:N",
        Description = "The same as a ratio of queries, renewals and new bindings, at whatever speed queries go.",
        CustomParser = Input.Mix,
    };

    private readonly Option<bool> _requests = new("--requests")
    {
        Description = "The server is a DHCP server: sends DHCPREQUESTs instead of DHCPACKs and counts its DHCPACKs; no metrics.",
    };

    /// <summary>Puts the command together.</summary>
    public MixedCommand()
        : base("mixed", "Asks as 'queries' does while bindings are made and renewed at an even pace.")
    {
        foreach (var option in _asking.All.Concat([_renewals, _newBindings, _mix, _requests, _metrics]))
            Add(option);
        Validators.Add(typed =>
        {
            if (typed.GetResult(_requests) is { Implicit: false } && typed.GetResult(_metrics) is not null)
                typed.AddError("--requests says that the server is a DHCP server, which has no metrics: leave --metrics out");
        });
    }

    /// <inheritdoc/>
    public override string Examples => """
        Load the range with 'glean' or leasequery-fill first; then --verify holds for it.

        Examples:
          leasequery-load mixed 127.0.0.1:6767 --rate 40000 --renewals 2000 --verify --metrics http://127.0.0.1:9067/metrics
          leasequery-load mixed 127.0.0.1:6767 --window 64 --renewals 1000 --new 200 --duration 30
          leasequery-load mixed 127.0.0.1:6767 --window 64 --mix 90:8:2
          leasequery-load mixed 10.0.0.2 --from 10.0.0.1:67 --rate 10000 --renewals 2000 --requests --allow-remote

        Exit codes:
          0    every answer was right
          1    none came, or one was wrong
          64   the command line cannot be understood
          69   cannot send, or the service's metrics cannot be read
        """;

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(LoadContext context, CancellationToken cancellation)
    {
        using var port = _asking.Open(context);
        using var service = context.Value(_metrics) is { } metrics ? await context.WatchAsync(metrics, cancellation) : null;
        using var progress = new Progress();
        var plan = _asking.Plan(context);
        var meter = _asking.Meter(context);
        var addresses = AddressPattern.Create(context.Value(_asking.Pattern), context.Range, context.Value(_asking.Seed));
        var judge = new ReplyJudge(plan.Dialect, context.Value(_asking.Verify));
        var streams = Streams(context);
        var before = service?.Counts ?? default;
        var loop = new QueryLoop(port, plan, addresses, judge, streams, meter);
        var tally = new QueryRun([loop], context.Value(_asking.Processors)).Run(progress.Show, cancellation);
        progress.Dispose();
        context.Report.Add(QueryFigures.Of(tally, port.Refused, meter));
        var sent = streams.Sum(stream => stream.Sent);
        if (service is not null)
            await Task.Delay(ServiceWatch.Age, cancellation);
        context.Report.Add(service is not null ? StreamFigures.Of(sent, service.Counts - before)
            : context.Value(_requests) ? StreamFigures.Of(sent, tally) : StreamFigures.Of(sent));
        context.Report.Write();
        return tally.Answered > 0 && tally.Wrong == 0 ? ExitCodes.Ok : ExitCodes.NotRight;
    }

    private List<GrantStream> Streams(LoadContext context)
    {
        var (range, mix) = (context.Range, context.Value(_mix));
        if (mix is not null && (context.Value(_renewals) ?? context.Value(_newBindings)) is not null)
            throw new LoadFailedException(ExitCodes.Usage, "--mix says what --renewals and --new say: leave those out");
        var behind = new AddressRange(range[range.Count], range.Count);
        ILeaseMessage message = context.Value(_requests) ? context.Request : context.Grant;
        var streams = new List<GrantStream>();
        void Add(AddressRange addresses, double? perSecond, double? perQuery)
        {
            IPace? pace = perSecond is { } rate ? new Pace(rate, Nanoclock.Now) : perQuery > 0 ? new Ratio(perQuery.Value) : null;
            if (pace is not null)
                streams.Add(new GrantStream(message, AddressPattern.Create("scan", addresses, 0), pace));
        }

        Add(range, context.Value(_renewals), mix?.Renewals);
        Add(behind, context.Value(_newBindings), mix?.NewBindings);
        return streams;
    }
}
