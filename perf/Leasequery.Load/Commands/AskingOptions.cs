using System.CommandLine;
using Leasequery.Load.Asking;
using Leasequery.Load.Sockets;
using Leasequery.Load.Traffic;
using Leasequery.Load.Watching;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Load.Commands;

/// <summary>Options of the commands that ask.</summary>
internal sealed class AskingOptions
{
    private const int WindowOfPace = 65_536; // room for two seconds of 32,000 a second without an answer

    /// <summary>--pattern.</summary>
    public Option<string> Pattern { get; } = new("--pattern", "-p")
    {
        HelpName = "NAME",
        Description = $"Which addresses are asked: {string.Join(", ", AddressPattern.Names)}.",
        CustomParser = Input.OneOf(AddressPattern.Names),
        DefaultValueFactory = _ => AddressPattern.Names[0],
    };

    /// <summary>--window.</summary>
    public Option<int> Window { get; } = new("--window", "-w")
    {
        HelpName = "N",
        Description = "Saturates: keeps this many queries on their way.",
        CustomParser = Input.Number(1, 1_000_000),
        DefaultValueFactory = _ => 64,
    };

    /// <summary>--rate.</summary>
    public Option<double?> Rate { get; } = new("--rate", "-r")
    {
        HelpName = "N",
        Description = "Paces: sends this many queries a second whatever comes back; latency counts from when each was due.",
        CustomParser = Input.Rate,
    };

    /// <summary>--burst.</summary>
    public Option<int> Burst { get; } = new("--burst")
    {
        HelpName = "N",
        Description = $"Asks in bursts of N, each one send with segments (UDP_SEGMENT): 1 to {PortOptions.MostSegments}.",
        CustomParser = Input.Number(1, PortOptions.MostSegments),
        DefaultValueFactory = _ => 1,
    };

    /// <summary>--gro.</summary>
    public Option<bool> Gro { get; } = new("--gro")
    {
        Description = "Takes runs of answers in one piece (UDP_GRO).",
    };

    /// <summary>--cpu.</summary>
    public Option<int[]> Processors { get; } = new("--cpu")
    {
        HelpName = "LIST",
        Description = "Keeps the threads that ask on these processors, such as 1 or 0,1.",
        CustomParser = Input.Processors,
        DefaultValueFactory = _ => [],
    };

    /// <summary>--pid.</summary>
    public Option<int?> Server { get; } = ServiceOptions.Process();

    /// <summary>--duration.</summary>
    public Option<TimeSpan> Duration { get; } = new("--duration", "-d")
    {
        HelpName = "SECONDS",
        Description = "How long it counts.",
        CustomParser = Input.Seconds,
        DefaultValueFactory = _ => TimeSpan.FromSeconds(10),
    };

    /// <summary>--warmup.</summary>
    public Option<TimeSpan> WarmUp { get; } = new("--warmup")
    {
        HelpName = "SECONDS",
        Description = "Asks for so long before anything counts.",
        CustomParser = Input.Seconds,
        DefaultValueFactory = _ => TimeSpan.FromSeconds(2),
    };

    /// <summary>--timeout.</summary>
    public Option<TimeSpan> Timeout { get; } = new("--timeout")
    {
        HelpName = "SECONDS",
        Description = "A query without an answer for so long is lost.",
        CustomParser = Input.Seconds,
        DefaultValueFactory = _ => TimeSpan.FromSeconds(1),
    };

    /// <summary>--draft-query.</summary>
    public Option<int> DraftQuery { get; } = new("--draft-query")
    {
        HelpName = "N",
        Description = "The message type of a query in the drafts' dialects.",
        CustomParser = Input.Number(11, 254),
        DefaultValueFactory = _ => (byte)LeasequeryDialects.DefaultDraftQuery,
    };

    /// <summary>--verify.</summary>
    public Option<bool> Verify { get; } = new("--verify")
    {
        Description = "Every address was loaded by 'glean' or leasequery-fill: checks device and option 82 of each answer.",
    };

    /// <summary>--seed.</summary>
    public Option<int> Seed { get; } = new("--seed")
    {
        HelpName = "N",
        Description = "Another number gives other addresses.",
        CustomParser = Input.Number(0, int.MaxValue),
        DefaultValueFactory = _ => 1,
    };

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All =>
        [Pattern, Window, Rate, Burst, Gro, Duration, WarmUp, Timeout, Verify, DraftQuery, Seed, Processors, Server];

    /// <summary>How to ask, as it was typed.</summary>
    public QueryPlan Plan(LoadContext context)
    {
        var rate = context.Value(Rate);
        var window = rate is null ? context.Value(Window) : WindowOfPace;
        var burst = context.Value(Burst);
        if (burst > window)
            throw new LoadFailedException(ExitCodes.Usage, $"--burst {burst}: more than --window {window} may be on their way");
        return new QueryPlan(context.Dialect, (DhcpMessageType)context.Value(DraftQuery), window, rate, context.Value(Timeout),
            context.Value(WarmUp), context.Value(Duration), Burst: burst);
    }

    /// <summary>Opens a socket.</summary>
    public DatagramPort Open(LoadContext context) => context.Open(context.Value(Burst), context.Value(Gro));

    /// <summary>Measures what answers cost.</summary>
    public CostMeter Meter(LoadContext context) =>
        new(context.Value(Server) is { } id ? ServerProcess.Find(id) : null);
}
