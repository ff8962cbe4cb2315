using Leasequery.Load.Asking;
using Leasequery.Load.Traffic;
using Leasequery.Wire;

namespace Leasequery.Load.Tests.Asking;

public class GapsSpec
{
    private static readonly Ipv4Address Here = Ipv4Address.Parse("10.0.0.1");
    private static readonly Ipv4Address Neighbour = Ipv4Address.Parse("10.0.15.255");
    private static readonly Ipv4Address Elsewhere = Ipv4Address.Parse("10.0.16.0");

    [Fact]
    public void Without_a_lost_query_there_is_no_gap_however_seldom_was_asked()
    {
        var gaps = Gaps((Here, 0, true), (Here, 9000, true));
        Assert.Equal((0, 0, 0), (gaps.Longest, gaps.FirstAt, gaps.LastAt));
    }

    [Fact]
    public void A_gap_lasts_until_a_neighbour_is_told_of_though_its_losses_are_known_later()
    {
        var gaps = Gaps((Here, 0, true), (Neighbour, 700, true), (Here, 800, true), (Here, 100, false), (Here, 300, false));
        Assert.Equal(0.6, gaps.Longest, 0.0001);
        Assert.Equal(200, gaps.LastAt - gaps.FirstAt);
    }

    [Fact]
    public void Other_addresses_end_no_gap()
    {
        var gaps =
            Gaps((Here, 100, false), (Elsewhere, 200, true), (Elsewhere, 300, false), (Elsewhere, 350, true), (Here, 400, true));
        Assert.Equal(0.3, gaps.Longest, 0.0001);
    }

    [Fact]
    public void A_gap_without_end_lasts_to_the_last_query() =>
        Assert.Equal(0.9, Gaps((Here, 100, false), (Elsewhere, 1000, true)).Longest, 0.0001);

    [Fact]
    public void Times_are_those_of_the_clock_on_the_wall()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var gaps = new Gaps();
        gaps.Add(new OpenQuery(Here, Nanoclock.Now), isRight: false);
        gaps.Close();
        Assert.InRange(gaps.FirstAt, now - 1000, now + 60_000);
    }

    private static Gaps Gaps(params (Ipv4Address Address, long DueAtMs, bool IsRight)[] settled)
    {
        var gaps = new Gaps();
        foreach (var (address, dueAt, isRight) in settled)
            gaps.Add(new OpenQuery(address, dueAt * Nanoclock.PerMillisecond), isRight);
        gaps.Close();
        return gaps;
    }
}
