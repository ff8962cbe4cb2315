using System.Runtime.InteropServices;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Monitoring;
using Microsoft.Extensions.Logging;

namespace Leasequery.Actors.Ingress;

/// <summary>
/// One thread on one socket: takes a batch of datagrams, handles each, sends the replies as a batch. The ingress actor starts
/// and ends it; bytes stay out of mailboxes.
/// </summary>
internal sealed class DatagramLoop : IDisposable
{
    /// <summary>
    /// Of how many datagrams in a row the records are fetched before the first is handled. A processor finds out where in memory
    /// several of them lie at once, but only as far as it looks ahead: so nothing stands between one fetch and the next.
    /// </summary>
    public const int LookAhead = 32;

    private readonly DatagramSocket _socket;
    private readonly DatagramHandler _handler;
    private readonly DatagramCounters _counters;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly int? _cpu;
    private readonly int _nice;
    private readonly ReceiveBatch _received;
    private readonly SendBatch _replies;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isStopping;
    private bool _hasLoggedMistake;
    private bool _hasLoggedRefusal;

    /// <summary>Makes a loop that is not started.</summary>
    /// <param name="socket">Its socket.</param>
    /// <param name="batchSize">Messages in one system call, where the socket's calls pass more than one.</param>
    /// <param name="handler">Handles a datagram.</param>
    /// <param name="counters">Its counters.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="log">Told what nobody else would notice.</param>
    /// <param name="cpu">The CPU that its thread keeps to; null for any.</param>
    /// <param name="nice">The nice value of its thread, where the system permits it; 0 leaves it as it is.</param>
    public DatagramLoop(DatagramSocket socket, int batchSize, DatagramHandler handler, DatagramCounters counters,
        TimeProvider clock, ILogger log, int? cpu = null, int nice = 0)
    {
        _socket = socket;
        _handler = handler;
        _counters = counters;
        _clock = clock;
        _log = log;
        _cpu = cpu;
        _nice = nice;
        var messages = socket.Calls.IsBatched ? batchSize : 1;
        _received = new ReceiveBatch(socket, messages, counters);
        _replies = new SendBatch(socket, socket.Coalesces ? Math.Max(messages, SendBatch.MaxSegments) : messages, counters);
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

    /// <summary>Waits for a batch for a moment and handles it.</summary>
    internal void RunOnce()
    {
        if (!_received.Receive())
            return;
        var now = _clock.NowInUnixSeconds();
        var isInTouch = _handler.IsInTouch;
        var fetched = 0;
        while (_received.TryTake(out var datagram))
        {
            if (!isInTouch)
            {
                _handler.DropOutOfTouch();
                continue;
            }

            if (fetched-- == 0)
                fetched = FetchFrom(datagram);
            HandleOne(datagram, now);
            if (_replies.IsFull) // a batch of coalesced messages may hold more than a batch of replies
                Flush();
        }

        _handler.Flush();
        Flush();
    }

    private void Run()
    {
        try
        {
            Pin();
            BeNice();
            while (!_isStopping)
                RunOnce();
            _ended.SetResult();
        }
        catch (Exception broken)
        {
            _ended.SetException(broken);
        }
    }

    private void Pin()
    {
        if (_cpu is { } cpu && CpuAffinity.Pin(cpu) is var error and not 0)
            _log.LogWarning("leasequery.ingress.cpus: {Endpoint} is not kept on CPU {Cpu}: {Problem}", _socket.Endpoint, cpu,
                Marshal.GetPInvokeErrorMessage(error));
    }

    // Not permitted is what most users are without a word to the system: it works without, so it is no warning.
    private void BeNice()
    {
        if (_nice != 0 && ThreadNice.Set(_nice) is var error and not 0)
            _log.LogInformation("leasequery.ingress.nice: the thread of {Endpoint} stays at {Current} instead of {Nice}: "
                + "{Problem}. As root, with CAP_SYS_NICE or with systemd's LimitNICE={Nice} it would not",
                _socket.Endpoint, ThreadNice.Current, _nice, Marshal.GetPInvokeErrorMessage(error), _nice);
    }

    // Returns of how many behind the first.
    private int FetchFrom(in ReceivedDatagram first)
    {
        Span<nint> places = stackalloc nint[LookAhead];
        var known = 0;
        var datagram = first.Bytes;
        for (var ahead = 0; ahead < LookAhead && !datagram.IsEmpty; ahead++)
        {
            if (_handler.PlaceOf(datagram) is var place and not 0)
                places[known++] = place;
            datagram = _received.Peek(ahead);
        }

        LocationTable.Fetch(places[..known]);
        return LookAhead - 1;
    }

    private void HandleOne(in ReceivedDatagram datagram, uint now)
    {
        try
        {
            if (datagram.IsTooLong)
            {
                _counters.Received(DatagramKind.Other);
                _counters.Dropped(IngressDrop.Truncated);
                return;
            }

            var length = _handler.Handle(datagram.Bytes, datagram.Source, datagram.Asked, now, _replies.Next,
                out var destination);
            if (length > 0)
                _replies.Add(length, destination, datagram.Asked);
        }
        catch (Exception mistake)
        {
            // No datagram may end the loop. It is our mistake, so it is counted, and the first one is logged with its bytes.
            _counters.Dropped(IngressDrop.InternalError);
            if (!_hasLoggedMistake)
                _log.LogError(mistake, "Could not handle a datagram on {Endpoint}: {Datagram}", _socket.Endpoint,
                    Convert.ToHexStringLower(datagram.Bytes));
            _hasLoggedMistake = true;
        }
    }

    private void Flush()
    {
        if (_replies.Flush() is var failed and > 0)
            _counters.Dropped(IngressDrop.SendFailed, failed);
        if (_replies.Refusal == 0 || _hasLoggedRefusal)
            return;
        _hasLoggedRefusal = true;
        _log.LogWarning(
            "Replies from {Endpoint} leave one by one from now on: the kernel would not cut a message into segments ({Problem})",
            _socket.Endpoint, Marshal.GetPInvokeErrorMessage(_replies.Refusal));
    }
}
