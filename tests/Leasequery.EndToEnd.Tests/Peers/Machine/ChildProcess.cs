using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Leasequery.EndToEnd.Tests.Peers.Machine;

/// <summary>A program that runs while a test needs it. Its output is kept, and it ends with the test, whatever happens.</summary>
public sealed class ChildProcess : IDisposable
{
    static readonly ConcurrentDictionary<ChildProcess, string> Running = new();

    readonly Process _process;
    readonly List<(string Text, bool IsError)> _lines = [];
    readonly Action<Process> _end;
    int _openStreams = 2;

    static ChildProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var child in Running.Keys)
            child.Dispose();
    };

    ChildProcess(Process process, string name, Action<Process> end)
    {
        (_process, Name, _end) = (process, name, end);
        process.OutputDataReceived += (_, line) => Keep(line.Data, isError: false);
        process.ErrorDataReceived += (_, line) => Keep(line.Data, isError: true);
    }

    /// <summary>The program, for messages.</summary>
    public string Name { get; }

    /// <summary>Its process id; <c>ip netns exec</c> replaces itself, so it is the program's own.</summary>
    public int Id => _process.Id;

    /// <summary>True when it has ended, by itself or with this object.</summary>
    public bool HasExited => !Running.ContainsKey(this) || _process.HasExited;

    /// <summary>How it ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>What it wrote until now, to either stream.</summary>
    public IReadOnlyList<string> Lines => LinesWhere(_ => true);

    /// <summary>Those of them that went to standard output.</summary>
    public IReadOnlyList<string> OutputLines => LinesWhere(isError => !isError);

    /// <summary>Those of them that went to standard error.</summary>
    public IReadOnlyList<string> ErrorLines => LinesWhere(isError => isError);

    /// <summary>Starts a program, a path or a name on the PATH, inside a namespace if one is given.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="inside">The namespace.</param>
    /// <param name="environment">What it finds in its environment besides what the tests have there.</param>
    /// <param name="end">How it is ended when its test is over; politely unless it is said otherwise.</param>
    public static ChildProcess Start(
        string program, IEnumerable<string> arguments, NetworkNamespace? inside = null,
        IReadOnlyDictionary<string, string>? environment = null, Action<Process>? end = null)
    {
        var path = program.Contains('/', StringComparison.Ordinal) ? program : PeerRequirements.PathOf(program);
        var info = inside is null
            ? new ProcessStartInfo(path, arguments)
            : new ProcessStartInfo(PeerRequirements.PathOf("ip"), ["netns", "exec", inside.Name, path, .. arguments]);
        (info.RedirectStandardOutput, info.RedirectStandardError, info.RedirectStandardInput) = (true, true, true);
        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
            info.Environment[key] = value;

        var child = new ChildProcess(new Process { StartInfo = info }, Path.GetFileName(program), end ?? ProcessTree.End);
        child._process.Start();
        Running.TryAdd(child, child.Name);
        child._process.StandardInput.Close();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>
    /// Waits for a line that matches, at or after <paramref name="fromLine"/>; fails at once when the program ends before it.
    /// To wait for what an act will cause, take <c>Lines.Count</c> before the act.
    /// </summary>
    public Task<Match> WaitForLineAsync(string pattern, TimeSpan timeout, string what, int fromLine = 0)
    {
        var expression = new Regex(pattern, RegexOptions.CultureInvariant);
        return Eventually.GivesAsync(
            () =>
            {
                var over = Volatile.Read(ref _openStreams) == 0; // Read first: no line can come after it was true.
                return Lines.Skip(fromLine).Select(line => expression.Match(line)).FirstOrDefault(match => match.Success)
                    ?? (over
                        ? throw new InvalidOperationException($"{Name} ended before {what}.{Environment.NewLine}{Output()}")
                        : null);
            },
            timeout, $"{what} ({Name})", Output);
    }

    /// <summary>Waits until it ends by itself.</summary>
    public Task WaitForExitAsync(TimeSpan timeout, string what) =>
        Eventually.HoldsAsync(() => HasExited && Volatile.Read(ref _openStreams) == 0, timeout, $"{what} ({Name})", Output);

    /// <summary>Asks it to end by SIGTERM.</summary>
    public void Terminate() => ProcessTree.Terminate(Id);

    /// <summary>Ends it by SIGKILL, as a crash would, and returns when it is gone. What it wrote stays.</summary>
    public Task KillAsync(TimeSpan timeout)
    {
        _process.Kill();
        return WaitForExitAsync(timeout, "the killed process to be gone");
    }

    /// <summary>Ends it and all it started.</summary>
    public void Dispose()
    {
        if (!Running.TryRemove(this, out _))
            return;
        _end(_process);
        _process.Dispose();
    }

    string Output() => string.Join(Environment.NewLine, Lines.TakeLast(40));

    IReadOnlyList<string> LinesWhere(Func<bool, bool> isWanted)
    {
        lock (_lines)
            return [.. _lines.Where(line => isWanted(line.IsError)).Select(line => line.Text)];
    }

    void Keep(string? line, bool isError)
    {
        if (line is null)
        {
            Interlocked.Decrement(ref _openStreams);
            return;
        }
        lock (_lines)
            _lines.Add((line, isError));
    }
}
