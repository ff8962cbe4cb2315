using Leasequery.Actors.Membership;
using Leasequery.Actors.Tests.Support;
using Leasequery.Wire;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Membership;

public class TouchTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);
    private static readonly Ipv4Endpoint[] Nodes = [.. Enumerable.Range(1, 5).Select(n => Endpoint($"127.0.1.{n}:7450"))];

    private readonly VirtualClock _clock = new();

    // Members, which of them this is, "when each of the others was asked what it confirmed", now: as of when a majority has
    // confirmed.
    [Theory]
    [InlineData(1, 1, "", 100)]
    [InlineData(3, 1, "", null)]
    [InlineData(3, 1, "2:90", 90)]
    [InlineData(3, 3, "1:80 2:90", 90)]
    [InlineData(5, 1, "2:90", null)]
    [InlineData(5, 1, "2:90 3:70", 70)]
    [InlineData(5, 1, "2:90 3:70 4:95", 90)]
    [InlineData(2, 1, "", 100)] // of two halves the one with the lowest address
    [InlineData(2, 2, "", null)]
    [InlineData(2, 2, "1:60", 60)]
    [InlineData(4, 1, "2:90", 90)]
    [InlineData(4, 2, "3:90", null)]
    [InlineData(4, 2, "1:85", 85)]
    [InlineData(4, 2, "3:90 4:80", 80)]
    [InlineData(4, 2, "3:90 4:80 1:70", 80)]
    public void A_majority_has_confirmed(int members, int self, string confirmed, int? at)
    {
        var times = confirmed.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(entry => entry.Split(':'))
            .ToDictionary(parts => Nodes[int.Parse(parts[0], null) - 1], parts => long.Parse(parts[1], null));
        Assert.Equal(at ?? long.MinValue, Majority.ConfirmedAt(Nodes[..members], Nodes[self - 1], 100, times));
    }

    [Fact]
    public void Who_is_no_member_is_confirmed_by_nobody() =>
        Assert.Equal(long.MinValue, Majority.ConfirmedAt(Nodes[..3], Nodes[4], 100,
            Nodes.ToDictionary(node => node, _ => 100L)));

    [Fact]
    public void It_holds_from_the_question_that_was_confirmed_not_from_the_answer()
    {
        var touch = new Touch(_clock, Limit);
        Assert.False(touch.Holds);
        var askedAt = _clock.GetTimestamp();
        _clock.Advance(Limit - TimeSpan.FromSeconds(1)); // the process stood still
        touch.Confirm(askedAt);
        Assert.True(touch.Holds);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(touch.Holds);
        Assert.Equal(Limit, touch.Silence);
    }

    [Fact]
    public void An_older_confirmation_takes_nothing_back()
    {
        var touch = new Touch(_clock, Limit);
        var first = _clock.GetTimestamp();
        _clock.Advance(Limit);
        touch.Confirm(_clock.GetTimestamp());
        touch.Confirm(first);
        touch.Confirm(long.MinValue);
        Assert.True(touch.Holds);
    }

    [Fact]
    public void A_node_on_its_own_is_always_in_touch()
    {
        var touch = Touch.Always(_clock);
        _clock.Advance(TimeSpan.FromDays(1000));
        Assert.True(touch.Holds);
    }
}
