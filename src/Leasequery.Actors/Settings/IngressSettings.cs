using System.Globalization;
using Leasequery.Actors.Ingress;
using Leasequery.Wire;

namespace Leasequery.Actors.Settings;

/// <summary>leasequery.ingress: the sockets, and what may wait behind them.</summary>
/// <param name="Listen">Endpoints to serve on.</param>
/// <param name="Loops">Threads for each endpoint.</param>
/// <param name="Cpus">CPUs that these threads keep to, in turn; empty for any.</param>
/// <param name="Nice">Their nice value, where the system permits it.</param>
/// <param name="Batching">Whether a system call may pass many datagrams.</param>
/// <param name="BatchSize">How many.</param>
/// <param name="Segmentation">Whether runs of replies may leave as one message.</param>
/// <param name="Coalescing">Whether runs of datagrams may come as one message.</param>
/// <param name="ReceiveBuffer">Bytes that the kernel holds for each socket.</param>
/// <param name="MaxQuestionsInFlight">Queries that wait for an actor at once.</param>
/// <param name="InFlightTimeout">When something in flight is given up.</param>
public sealed record IngressSettings(IReadOnlyList<Ipv4Endpoint> Listen, int Loops, IReadOnlyList<int> Cpus, int Nice,
    bool Batching, int BatchSize, bool Segmentation, bool Coalescing, int ReceiveBuffer, int MaxQuestionsInFlight,
    TimeSpan InFlightTimeout)
{
    internal static IngressSettings Read(SettingsReader ingress)
    {
        var listen = ingress.ParsedList<Ipv4Endpoint>("listen", "an endpoint such as 0.0.0.0:67", TryParseEndpoint);
        if (listen.Count == 0 || listen.Distinct().Count() != listen.Count)
            throw ingress.Refuse("listen", "at least one endpoint, each once");
        return new IngressSettings(
            listen,
            ingress.Number("loops", 1, 64),
            ReadCpus(ingress),
            ingress.Number("nice", ThreadNice.Least, 0),
            ingress.Switch("batching"),
            ingress.Number("batch-size", 1, 1024),
            ingress.Switch("segmentation"),
            ingress.Switch("coalescing"),
            ingress.Bytes("receive-buffer", 4096, 1 << 30),
            ingress.Number("max-questions-in-flight", 1, int.MaxValue),
            ingress.Duration("in-flight-timeout", TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)));
    }

    private static IReadOnlyList<int> ReadCpus(SettingsReader ingress)
    {
        var cpus = ingress.ParsedList<int>("cpus", $"the number of a CPU, from 0 to {CpuAffinity.MaxCpus - 1}", TryParseCpu);
        return cpus.Distinct().Count() == cpus.Count ? cpus : throw ingress.Refuse("cpus", "each CPU once");
    }

    private static bool TryParseCpu(string text, out int cpu) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out cpu) && cpu < CpuAffinity.MaxCpus;

    internal static bool TryParseEndpoint(string text, out Ipv4Endpoint endpoint) =>
        Ipv4Endpoint.TryParse(text, Ipv4Endpoint.ServerPort, out endpoint);
}
