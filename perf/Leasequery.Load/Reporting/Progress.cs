using System.Globalization;
using Leasequery.Load.Asking;
using Leasequery.Load.Traffic;

namespace Leasequery.Load.Reporting;

/// <summary>One line on standard error that says how it goes, each second anew; nothing where that is no terminal.</summary>
internal sealed class Progress : IDisposable
{
    private const string ToLineStartAndErase = "\r\x1b[2K";

    private readonly bool _isTerminal = !Console.IsErrorRedirected;
    private readonly long _start = Nanoclock.Now;
    private long _next;
    private bool _isDrawn;

    /// <summary>Shows how queries go.</summary>
    public void Show(QueryTally tally) =>
        Draw(() => $"{tally.Rate:N0}/s, p99 {tally.Percentile(99):0.00} ms, {tally.Lost:N0} lost, {tally.Wrong:N0} wrong");

    /// <summary>Shows how loading goes.</summary>
    public void Show(int round, long stored, long all) => Draw(() => $"round {round}: {stored:N0} of {all:N0} stored");

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
            Console.Error.Write(ToLineStartAndErase);
        _isDrawn = false;
    }

    private void Draw(Func<string> text)
    {
        var now = Nanoclock.Now;
        if (!_isTerminal || now < _next)
            return;
        _next = now + Nanoclock.PerSecond;
        _isDrawn = true;
        Console.Error.Write(string.Create(CultureInfo.InvariantCulture,
            $"{ToLineStartAndErase}{(now - _start) / Nanoclock.PerSecond} s: {text()}"));
    }
}
