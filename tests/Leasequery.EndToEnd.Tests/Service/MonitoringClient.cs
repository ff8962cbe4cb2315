using System.Net;
using System.Net.Sockets;
using Leasequery.EndToEnd.Tests.Peers.Machine;

namespace Leasequery.EndToEnd.Tests.Service;

/// <summary>Reads the HTTP endpoint of a service, also from within its namespace.</summary>
public sealed class MonitoringClient : IDisposable
{
    readonly HttpClient _http;

    internal MonitoringClient(IPEndPoint endpoint, NetworkNamespace? inside) => _http = new HttpClient(new SocketsHttpHandler
    {
        ConnectCallback = async (_, stop) =>
        {
            var socket = inside is null ? NewSocket() : inside.Run(NewSocket);
            await socket.ConnectAsync(endpoint, stop);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = new Uri($"http://{endpoint}"), Timeout = Deadlines.Answer };

    /// <summary>A page such as <c>/readyz</c>.</summary>
    public async Task<(HttpStatusCode Status, string Text)> GetAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>All counters and gauges.</summary>
    public async Task<Metrics> ReadAsync() => Metrics.Parse((await GetAsync("/metrics")).Text);

    /// <summary>
    /// Waits until they are as expected.
    /// </summary>
    public async Task<Metrics> ShowsAsync(Func<Metrics, bool> expected, string what)
    {
        Metrics? last = null;
        return await Eventually.GivesAsync(
            async () => expected(last = await ReadAsync()) ? last : null, Deadlines.Answer, what, () => last?.ToString() ?? "");
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
}
