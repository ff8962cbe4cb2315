using System.Globalization;
using Leasequery.Load.Asking;
using Leasequery.Load.Traffic;

namespace Leasequery.Load.Reporting;

/// <summary>One line that says how it goes, each second anew.</summary>
/// <param name="terminal">Where it stands; null where nobody looks.</param>
/// <param name="clock">The time on the <see cref="Nanoclock"/>.</param>
internal sealed class Progress(TextWriter? terminal, Func<long> clock) : IDisposable
{
    private const string ToLineStartAndErase = "\r\x1b[2K";

    private readonly long _start = clock();
    private long _next;
    private bool _isDrawn;

    /// <summary>The line on standard error; nothing where that is no terminal.</summary>
    public Progress()
        : this(Console.IsErrorRedirected ? null : Console.Error, () => Nanoclock.Now)
    {
    }

    /// <summary>Shows how queries go.</summary>
    public void Show(QueryTally tally) =>
        Draw(() => $"{tally.Rate:N0}/s, p99 {tally.Percentile(99):0.00} ms, {tally.Lost:N0} lost, {tally.Wrong:N0} wrong");

    /// <summary>Shows how loading goes.</summary>
    public void Show(int round, long done, long all, string what) => Draw(() => $"round {round}: {done:N0} of {all:N0} {what}");

    /// <summary>Shows what is being done.</summary>
    public void Show(string what)
    {
        _next = 0; // a new phase is shown at once
        Draw(() => what);
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose()
    {
        if (_isDrawn)
            terminal?.Write(ToLineStartAndErase);
        _isDrawn = false;
    }

    private void Draw(Func<string> text)
    {
        var now = clock();
        if (terminal is null || now < _next)
            return;
        _next = now + Nanoclock.PerSecond;
        _isDrawn = true;
        terminal.Write(string.Create(CultureInfo.InvariantCulture,
            $"{ToLineStartAndErase}{(now - _start) / Nanoclock.PerSecond} s: {text()}"));
    }
}
