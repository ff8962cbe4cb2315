using Leasequery.Load.Commands;

namespace Leasequery.Load.Gleaning;

/// <summary>
/// Keeps reading a service's /metrics, as the only one who can tell what it has stored: a gleaned message gets no answer. A
/// reading costs the service about a millisecond, which is why it is not done more often.
/// </summary>
internal sealed class ServiceWatch : IServiceCounts, IDisposable
{
    /// <summary>How old the counts may be when the machine is busy.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _url;
    private readonly Lock _lock = new();
    private ServiceCounts _counts;
    private Task _polling = Task.CompletedTask;

    private ServiceWatch(Uri url) => _url = url;

    /// <summary>The newest counts.</summary>
    public ServiceCounts Counts
    {
        get
        {
            if (_polling.IsFaulted)
                throw NotReadable(_url, _polling.Exception!.GetBaseException());
            lock (_lock)
                return _counts;
        }
    }

    /// <summary>Starts to watch; the counts are there when it returns.</summary>
    /// <exception cref="LoadFailedException">There are no metrics to be had.</exception>
    public static async Task<ServiceWatch> StartAsync(Uri url, CancellationToken cancellation)
    {
        var watch = new ServiceWatch(url);
        try
        {
            await watch.ReadAsync(cancellation).WaitAsync(Patience, cancellation);
        }
        catch (Exception cause) when (cause is HttpRequestException or TimeoutException)
        {
            watch.Dispose();
            throw NotReadable(url, cause);
        }

        watch._polling = Task.Run(watch.PollAsync, CancellationToken.None);
        return watch;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _polling.ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task PollAsync()
    {
        try
        {
            for (; ; await Task.Delay(Interval, _stop.Token))
                await ReadAsync(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // told to end
        }
    }

    private async Task ReadAsync(CancellationToken cancellation)
    {
        var counts = ServiceCounts.Read(await _http.GetStringAsync(_url, cancellation));
        lock (_lock)
            _counts = counts;
    }

    private static LoadFailedException NotReadable(Uri url, Exception cause) =>
        new(ExitCodes.Unavailable, $"cannot read {url} ({cause.Message}): is it what leasequery.monitoring.listen says?", cause);
}
