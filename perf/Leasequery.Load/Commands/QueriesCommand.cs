using System.CommandLine;
using Leasequery.Load.Asking;
using Leasequery.Load.Reporting;
using Leasequery.Load.Sockets;
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

    private readonly Option<int> _sockets = new("--sockets")
    {
        HelpName = "N",
        Description = "Asks over so many sockets, each with a thread; window and rate are for all of them together.",
        CustomParser = Input.Number(1, 64),
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<bool> _gaps = new("--gaps")
    {
        Description = "Tells for how long any /20 was without a right answer, and when; over one socket.",
    };

    private readonly Option<bool> _echo = new("--echo")
    {
        Description = "The server is an echo: an answer is right when it is the query, byte for byte.",
    };

    /// <summary>Puts the command together.</summary>
    public QueriesCommand()
        : base("queries", "Asks a server where addresses are, and measures how fast it answers.")
    {
        foreach (var option in _asking.All)
            Add(option);
        foreach (var option in (Option[])[_untilAnswered, _sockets, _gaps, _echo])
            Add(option);
    }

    /// <inheritdoc/>
    public override string Examples => """
        Examples:
          leasequery-load queries 127.0.0.1:6767 --window 64 --duration 10
          leasequery-load queries 127.0.0.1:6767 --rate 20000 --pattern zipf --count 1000000
          leasequery-load queries 127.0.0.1 --from 127.0.0.2:67 --dialect draft-0
          leasequery-load queries 127.0.0.1:6767 --count 1000000 --rate 10000 --verify --gaps --duration 60
          leasequery-load queries 127.0.0.1:7 --echo --window 256 --burst 64 --gro --cpu 1 --pid 4711

        Exit codes:
          0    every answer was right
          1    none came, or one was wrong
          64   the command line cannot be understood
          69   cannot send, or there is no such process or processor
        """;

    /// <inheritdoc/>
    protected override Task<int> RunAsync(LoadContext context, CancellationToken cancellation)
    {
        context.CheckSockets(context.Value(_sockets));
        if (context.Value(_gaps) && context.Value(_sockets) > 1)
            throw new LoadFailedException(ExitCodes.Usage, $"--gaps: wants --sockets 1, and not {context.Value(_sockets)}");
        var range = context.Range;
        var sockets = context.Value(_sockets);
        var meter = _asking.Meter(context);
        var plan = (_asking.Plan(context) with { EndsAtFirstRight = context.Value(_untilAnswered) }).Share(sockets);
        var gaps = context.Value(_gaps) ? new Gaps() : null;
        var ports = new List<DatagramPort>();
        try
        {
            for (var i = 0; i < sockets; i++)
                ports.Add(_asking.Open(context));
            using var progress = new Progress();
            var loops = ports.Select((port, i) => new QueryLoop(port, plan,
                AddressPattern.Create(context.Value(_asking.Pattern), range, context.Value(_asking.Seed) + i, i, sockets),
                Judge(context, plan, port), [], i == 0 ? meter : null, gaps)).ToList();
            var tally = new QueryRun(loops, context.Value(_asking.Processors)).Run(progress.Show, cancellation);
            progress.Dispose();
            context.Report.Add(QueryFigures.Of(tally, ports.Sum(port => port.Refused), meter));
            if (gaps is not null)
                context.Report.Add(GapFigures.Of(gaps));
            context.Report.Write();
            return Task.FromResult(tally.Answered > 0 && tally.Wrong == 0 ? ExitCodes.Ok : ExitCodes.NotRight);
        }
        finally
        {
            ports.ForEach(port => port.Dispose());
        }
    }

    private IReplyJudge Judge(LoadContext context, QueryPlan plan, DatagramPort port) => context.Value(_echo)
        ? new EchoJudge(plan.Query(port.Local))
        : new ReplyJudge(plan.Dialect, context.Value(_asking.Verify));
}
