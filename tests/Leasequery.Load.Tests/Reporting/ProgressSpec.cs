using Leasequery.Load.Reporting;
using Leasequery.Load.Traffic;

namespace Leasequery.Load.Tests.Reporting;

public sealed class ProgressSpec : IDisposable
{
    private const string Erase = "\r\e[2K";

    private readonly StringWriter _terminal = new();
    private long _now = 7 * Nanoclock.PerSecond;

    [Fact]
    public void The_line_is_drawn_at_once_then_each_second_anew_and_taken_away_at_the_end()
    {
        using (var progress = new Progress(_terminal, () => _now))
        {
            progress.Show(0, 1, 2000, "stored");
            _now += Nanoclock.PerSecond - 1;
            progress.Show(0, 2, 2000, "stored");
            _now += 1;
            progress.Show(0, 1500, 2000, "stored");
        }

        Assert.Equal($"{Erase}0 s: round 0: 1 of 2,000 stored{Erase}1 s: round 0: 1,500 of 2,000 stored{Erase}",
            _terminal.ToString());
    }

    [Fact]
    public void A_new_phase_is_shown_at_once()
    {
        using var progress = new Progress(_terminal, () => _now);
        progress.Show("5 times 1,000/s");
        progress.Show("until the full rate is back");
        Assert.Equal($"{Erase}0 s: 5 times 1,000/s{Erase}0 s: until the full rate is back", _terminal.ToString());
    }

    [Fact]
    public void Where_nothing_was_shown_nothing_is_taken_away()
    {
        new Progress(_terminal, () => _now).Dispose();
        Assert.Equal("", _terminal.ToString());
    }

    [Fact]
    public void Nobody_need_look()
    {
        using var progress = new Progress(null, () => _now);
        progress.Show("something");
    }

    public void Dispose() => _terminal.Dispose();
}
