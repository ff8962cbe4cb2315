using Leasequery.Actors.Monitoring;
using Microsoft.Extensions.Logging;

namespace Leasequery.Actors.Ingress;

/// <summary>
/// One thread on one socket: takes a batch of datagrams, handles each, sends the replies as a batch. The ingress actor starts
/// and ends it; bytes stay out of mailboxes.
/// </summary>
internal sealed class DatagramLoop : IDisposable
{
    private readonly DatagramSocket _socket;
    private readonly DatagramHandler _handler;
    private readonly DatagramCounters _counters;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly ReceiveBatch _received;
    private readonly SendBatch _replies;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isStopping;
    private bool _hasLogged;

    public DatagramLoop(DatagramSocket socket, int batchSize, DatagramHandler handler, DatagramCounters counters, TimeProvider clock, ILogger log)
    {
        _socket = socket;
        _handler = handler;
        _counters = counters;
        _clock = clock;
        _log = log;
        _received = new ReceiveBatch(socket, batchSize);
        _replies = new SendBatch(socket, batchSize);
        _thread = new Thread(Run) { IsBackground = true, Name = $"datagrams {socket.Endpoint}" };
    }

    /// <summary>Done when the loop ended, failed when the socket broke.</summary>
    public Task Ended => _ended.Task;

    public void Start() => _thread.Start();

    /// <summary>Lets the loop end after the batch it is at.</summary>
    public void Stop() => _isStopping = true;

    /// <summary>Frees the memory of a loop that has ended.</summary>
    public void Dispose()
    {
        _received.Dispose();
        _replies.Dispose();
    }

    private void Run()
    {
        try
        {
            while (!_isStopping)
                HandleBatch(_received.Receive());
            _ended.SetResult();
        }
        catch (Exception broken)
        {
            _ended.SetException(broken);
        }
    }

    private void HandleBatch(int count)
    {
        var now = _clock.NowInUnixSeconds();
        var isInTouch = _handler.IsInTouch;
        for (var i = 0; i < count; i++)
        {
            if (isInTouch)
                HandleOne(i, now);
            else
                _handler.DropOutOfTouch();
        }

        _handler.Flush();
        for (var failed = _replies.Flush(); failed > 0; failed--)
            _counters.Dropped(IngressDrop.SendFailed);
    }

    private void HandleOne(int index, uint now)
    {
        try
        {
            if (_received.IsTruncated(index))
            {
                _counters.Received(DatagramKind.Other);
                _counters.Dropped(IngressDrop.Truncated);
                return;
            }

            var asked = _received.Asked(index);
            var length = _handler.Handle(_received.Datagram(index), _received.Source(index), asked, now, _replies.Next, out var destination);
            if (length > 0)
                _replies.Add(length, destination, asked);
        }
        catch (Exception mistake)
        {
            // No datagram may end the loop. It is our mistake, so it is counted, and the first one is logged with its bytes.
            _counters.Dropped(IngressDrop.InternalError);
            if (!_hasLogged)
                _log.LogError(mistake, "Could not handle a datagram on {Endpoint}: {Datagram}", _socket.Endpoint,
                    Convert.ToHexStringLower(_received.Datagram(index)));
            _hasLogged = true;
        }
    }
}
