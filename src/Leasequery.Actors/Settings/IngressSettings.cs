using Leasequery.Wire;

namespace Leasequery.Actors.Settings;

/// <summary>leasequery.ingress: the sockets, and what may wait behind them.</summary>
/// <param name="Listen">Endpoints to serve on.</param>
/// <param name="Loops">Threads for each endpoint.</param>
/// <param name="BatchSize">Datagrams in one system call.</param>
/// <param name="ReceiveBuffer">Bytes that the kernel holds for each socket.</param>
/// <param name="MaxQuestionsInFlight">Queries that wait for an actor at once.</param>
/// <param name="InFlightTimeout">When something in flight is given up.</param>
public sealed record IngressSettings(IReadOnlyList<Ipv4Endpoint> Listen, int Loops, int BatchSize, int ReceiveBuffer,
    int MaxQuestionsInFlight, TimeSpan InFlightTimeout)
{
    internal static IngressSettings Read(SettingsReader ingress)
    {
        var listen = ingress.ParsedList<Ipv4Endpoint>("listen", "an endpoint such as 0.0.0.0:67", TryParseEndpoint);
        if (listen.Count == 0 || listen.Distinct().Count() != listen.Count)
            throw ingress.Refuse("listen", "at least one endpoint, each once");
        return new IngressSettings(
            listen,
            ingress.Number("loops", 1, 64),
            ingress.Number("batch-size", 1, 1024),
            ingress.Bytes("receive-buffer", 4096, 1 << 30),
            ingress.Number("max-questions-in-flight", 1, int.MaxValue),
            ingress.Duration("in-flight-timeout", TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)));
    }

    internal static bool TryParseEndpoint(string text, out Ipv4Endpoint endpoint) =>
        Ipv4Endpoint.TryParse(text, Ipv4Endpoint.ServerPort, out endpoint);
}
