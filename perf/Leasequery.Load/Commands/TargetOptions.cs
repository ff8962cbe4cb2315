using System.CommandLine;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Load.Commands;

/// <summary>Whom the load goes to, about which addresses, and where the figures go.</summary>
internal sealed class TargetOptions
{
    private const int AnyPort = 0;
    private const int DefaultCount = 100_000;

    /// <summary>SERVER.</summary>
    public Argument<Ipv4Endpoint> Server { get; } = new("SERVER")
    {
        Description = "ADDRESS[:PORT] of the server; the port is 67 unless given.",
        CustomParser = Input.Endpoint(Ipv4Endpoint.ServerPort),
    };

    /// <summary>--from.</summary>
    public Option<Ipv4Endpoint> From { get; } = new("--from")
    {
        HelpName = "ADDRESS[:PORT]",
        Description = "Our end, and giaddr. With a port other than 67 queries ask for answers to it (RFC 8357).",
        CustomParser = Input.Endpoint(AnyPort),
        DefaultValueFactory = _ => new Ipv4Endpoint(Ipv4Address.Loopback, AnyPort),
    };

    /// <summary>--range.</summary>
    public Option<Ipv4Prefix> Range { get; } = new("--range")
    {
        HelpName = "PREFIX",
        Description = "The addresses.",
        CustomParser = Input.Prefix,
        DefaultValueFactory = _ => Ipv4Prefix.Parse("10.0.0.0/12"),
    };

    /// <summary>--count.</summary>
    public Option<int> Count { get; } = new("--count")
    {
        HelpName = "N",
        Description = "How many addresses of the range, from its first one on.",
        CustomParser = Input.Number(1, int.MaxValue),
        DefaultValueFactory = _ => DefaultCount,
    };

    /// <summary>--dialect.</summary>
    public Option<LeasequeryDialect?> Dialect { get; } = new("--dialect")
    {
        HelpName = "NAME",
        Description = $"The dialect of queries: {LeasequeryDialects.AllNames} (rfc4388 unless given).",
        CustomParser = typed => Input.Dialect(typed),
    };

    /// <summary>--json.</summary>
    public Option<FileInfo?> Json { get; } = new("--json")
    {
        HelpName = "FILE",
        Description = "Writes the figures there too.",
    };

    /// <summary>--allow-remote.</summary>
    public Option<bool> AllowRemote { get; } = new("--allow-remote")
    {
        Description = "Lets the load leave this machine. Only for servers that are yours.",
    };

    /// <summary>All of them but the server, which is an argument.</summary>
    public IEnumerable<Option> All => [Range, Count, Dialect, From, Json, AllowRemote];
}
