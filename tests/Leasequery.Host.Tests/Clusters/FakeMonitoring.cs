using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Leasequery.Tests;

namespace Leasequery.Host.Tests.Clusters;

/// <summary>An HTTP endpoint that says one thing, whatever it is asked for.</summary>
internal sealed class FakeMonitoring : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<string> _asked = [];
    private readonly Task _answering;

    public FakeMonitoring(string says)
    {
        EndPoint = new IPEndPoint(IPAddress.Loopback, LastingPort.Find(SocketType.Stream));
        _listener.Prefixes.Add($"http://{EndPoint}/");
        _listener.Start();
        _answering = AnswerAsync(Encoding.UTF8.GetBytes(says));
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>The paths that it was asked for.</summary>
    public IEnumerable<string> Asked => _asked;

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _answering;
    }

    private async Task AnswerAsync(byte[] says)
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                _asked.Enqueue(context.Request.Url!.AbsolutePath);
                context.Response.Close(says, willBlock: false);
            }
        }
        catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
        {
            // over
        }
    }
}
