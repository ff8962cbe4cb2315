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
    public Report Report { get; } = Report.To(typed.InvocationConfiguration.Output, typed.GetValue(target.Json));

    /// <summary>The dialect of queries.</summary>
    public LeasequeryDialect Dialect => typed.GetValue(target.Dialect) ?? LeasequeryDialect.Rfc4388;

    /// <summary>The grants that are sent.</summary>
    public LeaseGrant Grant => new(typed.GetValue(target.From).Address, LeaseSeconds);

    /// <summary>The DHCPREQUESTs that are sent where there is a DHCP server.</summary>
    public LeaseRequest Request => new(typed.GetValue(target.From).Address);

    /// <summary>The addresses that were named.</summary>
    /// <exception cref="LoadFailedException">The prefix has fewer.</exception>
    public AddressRange Range
    {
        get
        {
            var (prefix, count) = (typed.GetValue(target.Range), typed.GetValue(target.Count));
            return (ulong)count <= prefix.Count
                ? new AddressRange(prefix.First, count)
                : throw new LoadFailedException(ExitCodes.Usage,
                    $"--count {count}: {prefix} has {prefix.Count} addresses; see --range");
        }
    }

    /// <summary>The value of a command's own option.</summary>
    public T Value<T>(Option<T> option) => typed.GetValue(option)!;

    /// <summary>Opens a socket.</summary>
    /// <param name="segments">Equal datagrams in one send; 1 for none.</param>
    /// <param name="joins">Takes what the kernel has joined.</param>
    public DatagramPort Open(int segments = 1, bool joins = false)
    {
        var server = typed.GetRequiredValue(target.Server);
        CheckIsHere(server.Address.ToString());
        return DatagramPort.Open(new PortOptions(typed.GetValue(target.From), server, segments, joins));
    }

    /// <summary>Complains when several sockets would want one port.</summary>
    public void CheckSockets(int count)
    {
        if (count > 1 && typed.GetValue(target.From).Port != 0)
            throw new LoadFailedException(ExitCodes.Usage,
                $"--sockets {count}: each needs a port of its own, so --from takes none");
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
            throw new LoadFailedException(ExitCodes.Usage,
                $"{host} is not on this machine: to load a network say --allow-remote");
    }
}
