using System.CommandLine;
using Leasequery.Load.Asking;
using Leasequery.Load.Reporting;
using Leasequery.Load.Traffic;

namespace Leasequery.Load.Commands;

/// <summary><c>leasequery-load queries</c>: how many, and how fast.</summary>
internal sealed class QueriesCommand : LoadCommand
{
    private readonly AskingOptions _asking = new();

    private readonly Option<bool> _untilAnswered = new("--until-answered")
    {
        Description = "Ends with the first right answer, to time a start: run it with --rate while the server is not there yet.",
    };

    /// <summary>Puts the command together.</summary>
    public QueriesCommand()
        : base("queries", "Asks a server where addresses are, and measures how fast it answers.")
    {
        foreach (var option in _asking.All)
            Add(option);
        Add(_untilAnswered);
    }

    /// <inheritdoc/>
    public override string Examples => """
        Examples:
          leasequery-load queries 127.0.0.1:6767 --window 64 --duration 10
          leasequery-load queries 127.0.0.1:6767 --rate 20000 --pattern zipf --count 1000000
          leasequery-load queries 127.0.0.1 --from 127.0.0.2:67 --dialect draft-0

        Exit codes:
          0    every answer was right
          1    none came, or one was wrong
          64   the command line cannot be understood
          69   cannot send
        """;

    /// <inheritdoc/>
    protected override Task<int> RunAsync(LoadContext context, CancellationToken cancellation)
    {
        using var port = context.Open();
        using var progress = new Progress();
        var plan = _asking.Plan(context) with { EndsAtFirstRight = context.Value(_untilAnswered) };
        var addresses = AddressPattern.Create(context.Value(_asking.Pattern), context.Range, context.Value(_asking.Seed));
        var judge = new ReplyJudge(plan.Dialect, context.Value(_asking.Verify));
        var tally = new QueryLoop(port, plan, addresses, judge, []).Run(progress.Show, cancellation);
        progress.Dispose();
        context.Report.Add(QueryFigures.Of(tally, port.Refused));
        context.Report.Write();
        return Task.FromResult(tally.Answered > 0 && tally.Wrong == 0 ? ExitCodes.Ok : ExitCodes.NotRight);
    }
}
