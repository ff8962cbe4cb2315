using System.Net;
using System.Net.Sockets;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Peers.Packets;

namespace Leasequery.EndToEnd.Tests.Cluster;

/// <summary>
/// Two relays that send copies of ACKs and ask where everybody is, ten times a second each line, one node after the other. What
/// is answered is held against what was sent and what was told before: whatever a node has told is stored, and from then on an
/// older answer is wrong, whoever gives it.
/// </summary>
public sealed class Traffic : IDisposable
{
    /// <summary>How many lines there are.</summary>
    public const int Lines = 192;

    /// <summary>A line is asked about this often, so a gap is known to this.</summary>
    public static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(100);

    const int ServerPort = 67, Ticks = 8, RoundsToMove = 20;

    static readonly TimeSpan NodeSilence = TimeSpan.FromSeconds(1);

    readonly Lock _lock = new();
    readonly Line[] _lines = [.. Enumerable.Range(0, Lines).Select(number => new Line(number))];
    readonly List<string> _wrong = [];
    readonly DateTime[] _heardOf = new DateTime[ClusterNetwork.Count];
    readonly Socket[] _sockets;
    readonly Thread[] _threads;
    volatile bool _isStopping, _isMoving = true;
    TimeSpan _longestGap;

    /// <summary>Starts both relays.</summary>
    public Traffic(NetworkNamespace place)
    {
        _sockets = [.. ClusterNetwork.RelayAddresses.Select(address => place.Run(() =>
        {
            var socket =
                new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 1 << 20 };
            socket.Bind(new IPEndPoint(address, 0));
            return socket;
        }))];
        _threads = [.. _sockets.Select((socket, relay) => new Thread(() => Run(socket, relay)) { IsBackground = true })];
        foreach (var thread in _threads)
            thread.Start();
    }

    /// <summary>The answers that cannot be right, in words.</summary>
    public IReadOnlyList<string> Wrong
    {
        get
        {
            lock (_lock)
                return [.. _wrong];
        }
    }

    /// <summary>Waits until every line was told of, and begins to measure gaps.</summary>
    public async Task FlowsAsync()
    {
        await Eventually.HoldsAsync(() => AllLines(line => line.Told > 0), Deadlines.Cluster, "every line to be told of",
            () => $"{Wrong.Count} wrong");
        lock (_lock)
            _longestGap = TimeSpan.Zero;
    }

    /// <summary>The longest time until now, since the last call, in which nobody told the truth about some line.</summary>
    public TimeSpan TakeLongestGap()
    {
        lock (_lock)
        {
            var gap = _lines.Max(line => DateTime.UtcNow - line.RightAt);
            var longest = gap > _longestGap ? gap : _longestGap;
            _longestGap = TimeSpan.Zero;
            return longest;
        }
    }

    /// <summary>Waits until each line was rightly told of by somebody after now.</summary>
    public Task IsAnsweredAsync()
    {
        var since = DateTime.UtcNow;
        return Eventually.HoldsAsync(
            () => AllLines(line => line.RightAt > since), Deadlines.Cluster, "right answers about every line",
            () => $"Not answered: {string.Join(", ", _lines.Where(line => line.RightAt <= since).Select(line => line.Address))}");
    }

    /// <summary>Waits until a move of each line that was made after now has been told.</summary>
    public Task HasMovedAsync()
    {
        int[] sent;
        lock (_lock)
            sent = [.. _lines.Select(line => line.Sent)];
        return Eventually.HoldsAsync(() => AllLines(line => line.Told > sent[line.Number]), Deadlines.Cluster,
            "every device to be told of in a new place");
    }

    /// <summary>
    /// Lets no device move for a while, and asks each node about each line until all tell the same of it: the last moves may
    /// still be on their way. Returns what was wrong, meanwhile or ever before: an answer older than what had been told when it
    /// was asked for. Fails where nodes go on to differ, or one is silent.
    /// </summary>
    public async Task<IReadOnlyList<string>> AuditAsync(ClusterNetwork network)
    {
        using var socket = new RelaySocket(network);
        var (older, differing) = (new List<string>(), new List<string>());
        var open = _lines;
        _isMoving = false;
        try
        {
            await Eventually.HoldsAsync(
                () =>
                {
                    differing.Clear();
                    open = [.. open.Where(line => !IsSettled(line))];
                    return open.Length == 0;
                },
                Deadlines.Cluster, "all nodes to tell the same of every line",
                () => string.Join(Environment.NewLine, [.. Wrong, .. older, .. differing]));
        }
        finally
        {
            _isMoving = true;
        }
        return [.. Wrong, .. older];

        bool IsSettled(Line line)
        {
            var told = ClusterNodes.All.Select(node => Ask(socket, line, node)).ToArray();
            var isOlder = told.Any(one => one.Version < one.ToldBefore);
            if (!isOlder && told[0].Version is { } first && told.All(one => one.Version == first))
                return true;
            var versions = told.Select(one => $"{one.Version?.ToString() ?? "none"} (told before: {one.ToldBefore})");
            (isOlder ? older : differing).Add($"{line.Address}: nodes tell versions {string.Join(", ", versions)}");
            return isOlder;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isStopping = true;
        foreach (var thread in _threads)
            thread.Join();
        foreach (var socket in _sockets)
            socket.Dispose();
    }

    (int? Version, int ToldBefore) Ask(RelaySocket socket, Line line, int node)
    {
        int before;
        lock (_lock)
            before = line.Told;
        if (socket.Ask(line.Address, node) is not { } answer)
            return (null, before);
        lock (_lock)
            return (line.Read(answer, out _), before);
    }

    bool AllLines(Func<Line, bool> condition)
    {
        lock (_lock)
            return Array.TrueForAll(_lines, line => condition(line));
    }

    void Run(Socket socket, int relay)
    {
        var own = _lines.Where(line => line.Number % _sockets.Length == relay).ToArray();
        var open = new Dictionary<uint, Asked>();
        var buffer = new byte[65_536];
        var next = DateTime.UtcNow;
        for (var tick = 0; !_isStopping; tick++)
        {
            lock (_lock)
                foreach (var line in own.Where(line => line.Number / _sockets.Length % Ticks == tick % Ticks))
                    Tend(socket, relay, line, tick / Ticks, open);
            next += AskInterval / Ticks;
            while (DateTime.UtcNow < next && !_isStopping)
                if (socket.Poll(TimeSpan.FromMilliseconds(1), SelectMode.SelectRead))
                    OnAnswer(socket, buffer, open);
            if (tick % 256 == 0)
                foreach (var old in open.Where(entry => DateTime.UtcNow - entry.Value.At > TimeSpan.FromSeconds(60))
                    .Select(entry => entry.Key).ToArray())
                    open.Remove(old);
        }
    }

    // A copy now and then, to the node that this line's relay is set to while that is heard of; a question each time, to node
    // after node.
    void Tend(Socket socket, int relay, Line line, int round, Dictionary<uint, Asked> open)
    {
        if (_isMoving && (round + line.Number) % RoundsToMove == 0)
        {
            var choice = Enumerable.Range(0, ClusterNetwork.Count).Select(step => (line.Number + step) % ClusterNetwork.Count)
                .FirstOrDefault(node => DateTime.UtcNow - _heardOf[node] < NodeSilence, line.Number % ClusterNetwork.Count);
            socket.SendTo(line.Move(ClusterNetwork.RelayAddresses[relay]).ToBytes(),
                new IPEndPoint(ClusterNetwork.ServiceAddress(choice + 1), ServerPort));
        }
        var asked = (round + line.Number) % ClusterNetwork.Count;
        var query = HandMadeQuery.About(line.Address, ClusterNetwork.RelayAddresses[relay]);
        open[query.TransactionId] = new Asked(line, asked + 1, line.Told, DateTime.UtcNow);
        socket.SendTo(query.ToBytes(), new IPEndPoint(ClusterNetwork.ServiceAddress(asked + 1), ServerPort));
    }

    void OnAnswer(Socket socket, byte[] buffer, Dictionary<uint, Asked> open)
    {
        var answer = HandMadeDhcp.Read(buffer.AsSpan(0, socket.Receive(buffer)));
        if (!open.Remove(answer.TransactionId, out var asked))
            return;
        lock (_lock)
        {
            var (line, now) = (asked.Line, DateTime.UtcNow);
            _heardOf[asked.Node - 1] = now;
            var version = line.Read(answer, out var wrong);
            if (version < asked.ToldBefore)
            {
                var age = (now - asked.At).TotalMilliseconds;
                _wrong.Add($"{now:HH:mm:ss.fff} node {asked.Node} on {line.Address}, asked {age:0} ms before: "
                    + $"version {version} {wrong}; told before: {asked.ToldBefore}: {answer}");
                return;
            }
            if (version <= 0)
                return;
            if (line.RightAt != default && now - line.RightAt > _longestGap)
                _longestGap = now - line.RightAt;
            line.RightAt = now;
        }
    }

    readonly record struct Asked(Line Line, int Node, int ToldBefore, DateTime At);
}
