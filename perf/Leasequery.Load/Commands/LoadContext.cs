using System.CommandLine;
using Leasequery.Load.Gleaning;
using Leasequery.Load.Reporting;
using Leasequery.Load.Sockets;
using Leasequery.Load.Traffic;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Load.Commands;

/// <summary>What was typed, for the command that runs.</summary>
internal sealed class LoadContext(ParseResult typed, TargetOptions target)
{
    /// <summary>The lease time of grants: long, so that no lease ends while it is measured.</summary>
    private const uint LeaseSeconds = 7 * 86_400;

    private static readonly Ipv4Prefix Here = Ipv4Prefix.Parse("127.0.0.0/8");

    /// <summary>Where the figures go.</summary>
    public Report Report { get; } = new(typed.InvocationConfiguration.Output, typed.GetValue(target.Json));

    /// <summary>The dialect of queries.</summary>
    public LeasequeryDialect Dialect => typed.GetValue(target.Dialect) ?? LeasequeryDialect.Rfc4388;

    /// <summary>The grants that are sent.</summary>
    public LeaseGrant Grant => new(typed.GetValue(target.From).Address, LeaseSeconds);

    /// <summary>The addresses that were named.</summary>
    public AddressRange Range
    {
        get
        {
            var prefix = typed.GetValue(target.Range);
            return new AddressRange(prefix.First, (int)Math.Min((ulong)typed.GetValue(target.Count), prefix.Count));
        }
    }

    /// <summary>The value of a command's own option.</summary>
    public T Value<T>(Option<T> option) => typed.GetValue(option)!;

    /// <summary>Opens the socket.</summary>
    public DatagramPort Open()
    {
        var server = typed.GetRequiredValue(target.Server);
        CheckIsHere(server.Address.ToString());
        return DatagramPort.Open(typed.GetValue(target.From), server);
    }

    /// <summary>Starts to watch the service's metrics.</summary>
    public Task<ServiceWatch> WatchAsync(Uri metrics, CancellationToken cancellation)
    {
        CheckIsHere(metrics.Host);
        return ServiceWatch.StartAsync(metrics, cancellation);
    }

    private void CheckIsHere(string host)
    {
        var isHere = Ipv4Address.TryParse(host, out var address) && Here.Contains(address);
        if (!isHere && !typed.GetValue(target.AllowRemote))
            throw new LoadFailedException(ExitCodes.Usage, $"{host} is not on this machine: to load a network say --allow-remote");
    }
}
