using System.Net;
using System.Text.RegularExpressions;
using Leasequery.EndToEnd.Tests.Peers.Machine;

namespace Leasequery.EndToEnd.Tests.Service;

/// <summary><c>leasequery serve</c> as a process of its own, ready to be asked.</summary>
public sealed partial class LeasequeryProcess : IDisposable
{
    LeasequeryProcess(ChildProcess process, NetworkNamespace? inside) => (Process, Inside) = (process, inside);

    /// <summary>The program and its log.</summary>
    public ChildProcess Process { get; }

    /// <summary>Where it listens; an address of nobody for a node without sockets.</summary>
    public IPEndPoint Endpoint { get; private set; } = null!;

    /// <summary>Its metrics and its readiness.</summary>
    public MonitoringClient Monitoring { get; private set; } = null!;

    /// <summary>How many locations it knew when it was ready.</summary>
    public int KnownAtStart { get; private set; }

    /// <summary>The lines of its log that speak of a failure.</summary>
    public IEnumerable<string> LoggedErrors => Process.ErrorLines.Where(line => FailureLine().IsMatch(line));

    NetworkNamespace? Inside { get; }

    /// <summary>Starts it, or the program of another build, and returns when it is ready.</summary>
    public static Task<LeasequeryProcess> StartAsync(
        ServeSettings settings, NetworkNamespace? inside = null, string? other = null) =>
        WhenReadyAsync(Executable.Start(settings.Arguments, inside, other), inside);

    /// <summary>The same for one that was started in another way.</summary>
    public static Task<LeasequeryProcess> WhenReadyAsync(ChildProcess process, NetworkNamespace? inside = null) =>
        Ready.WhenAsync(new LeasequeryProcess(process, inside), service => service.BecomesReadyAsync());

    /// <summary>Ends it as a crash would.</summary>
    public Task KillAsync() => Process.KillAsync(Deadlines.Service);

    /// <summary>Asks it to end by SIGTERM, and returns its exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        Process.Terminate();
        await Process.WaitForExitAsync(Deadlines.Service, "the service to end after SIGTERM");
        return Process.ExitCode;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Monitoring?.Dispose();
        Process.Dispose();
    }

    async Task BecomesReadyAsync()
    {
        var line = await Process.WaitForLineAsync(
            @"^leasequery is ready after .*: (?:listens on ([\d.:]+)|has no sockets).*, "
                + @"knows (\d+) locations .*http://([\d.:]+)$",
            Deadlines.Service, "the service to be ready");
        Endpoint = line.Groups[1].Success ? IPEndPoint.Parse(line.Groups[1].Value) : new IPEndPoint(IPAddress.None, 0);
        KnownAtStart = int.Parse(line.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture);
        Monitoring = new MonitoringClient(IPEndPoint.Parse(line.Groups[3].Value), Inside);
    }

    [GeneratedRegex(@"^(\d\d:\d\d:\d\d )?(fail|crit): ")]
    private static partial Regex FailureLine();
}
