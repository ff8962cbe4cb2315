using Leasequery.Actors.Ingress;
using Leasequery.Actors.Tests.Support;

namespace Leasequery.Actors.Tests.Ingress;

public class AdmissionGateTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(1);

    private readonly VirtualClock _clock = new();
    private readonly AdmissionGate _gate;

    public AdmissionGateTests() => _gate = new AdmissionGate(3, Timeout, _clock);

    [Fact]
    public void So_many_are_let_in_and_no_more()
    {
        Assert.True(_gate.TryEnter(out _) && _gate.TryEnter(out _) && _gate.TryEnter(out _));
        Assert.False(_gate.TryEnter(out _));
        Assert.Equal(3, _gate.InFlight);
    }

    [Fact]
    public void Who_leaves_makes_room()
    {
        _gate.Leave(Enter(3));
        Assert.Equal(2, _gate.InFlight);
        Assert.True(_gate.TryEnter(out _));
    }

    [Fact]
    public void What_never_comes_back_counts_until_the_time_out_and_not_much_longer()
    {
        Enter(3);
        _clock.Advance(Timeout - TimeSpan.FromTicks(1));
        Assert.False(_gate.TryEnter(out _));
        _clock.Advance(Slice + TimeSpan.FromTicks(1));
        Assert.Equal(0, _gate.InFlight);
        Assert.True(_gate.TryEnter(out _));
    }

    [Fact]
    public void Each_slice_of_time_ends_by_itself()
    {
        Enter(1);
        _clock.Advance(4 * Slice);
        Enter(2);
        _clock.Advance(5 * Slice);
        Assert.Equal(2, _gate.InFlight);
        _clock.Advance(4 * Slice);
        Assert.Equal(0, _gate.InFlight);
    }

    [Fact]
    public void A_ticket_that_timed_out_lets_nobody_else_out()
    {
        var stale = Enter(1);
        _clock.Advance(Timeout + Slice); // its slice's place is in use again
        Enter(1);
        _gate.Leave(stale);
        Assert.Equal(1, _gate.InFlight);
    }

    [Fact]
    public void A_ticket_counts_once()
    {
        var ticket = Enter(1);
        _clock.Advance(Slice);
        Enter(1);
        _gate.Leave(ticket);
        _gate.Leave(ticket);
        Assert.Equal(1, _gate.InFlight);
    }

    [Fact]
    public void Of_many_at_once_as_many_enter_as_there_is_room_for()
    {
        Enter(1);
        Assert.Equal(2, _gate.Enter(5, out var ticket));
        Assert.Equal((0, 3), (_gate.Enter(5, out _), _gate.InFlight));
        Assert.True(_gate.Leave(ticket, 2));
        Assert.Equal((1, 0), (_gate.InFlight, _gate.Enter(0, out _)));
    }

    [Fact]
    public void Of_many_at_once_no_more_leave_than_entered()
    {
        Enter(1);
        _clock.Advance(Slice);
        _gate.Enter(2, out var ticket);
        Assert.True(_gate.Leave(ticket, 5));
        Assert.Equal(1, _gate.InFlight);
    }

    [Fact]
    public void Who_comes_too_late_is_told()
    {
        var ticket = Enter(2);
        _clock.Advance(Timeout);
        Assert.True(_gate.Leave(ticket));
        _clock.Advance(Slice + TimeSpan.FromTicks(1));
        Assert.False(_gate.Leave(ticket));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(1_000_000)]
    [InlineData(long.MaxValue)]
    public void A_ticket_that_was_never_given_is_ignored(long ticket)
    {
        Enter(2);
        _gate.Leave(ticket);
        Assert.Equal(2, _gate.InFlight);
    }

    [Fact]
    public void A_long_silence_is_over_at_once()
    {
        Enter(3);
        _clock.Advance(TimeSpan.FromDays(400));
        Assert.Equal(0, _gate.InFlight);
        Enter(3);
        Assert.Equal(3, _gate.InFlight);
    }

    [Fact]
    public void A_ticket_is_the_time_at_which_its_slice_began()
    {
        _clock.Advance(1.7 * Slice);
        Assert.Equal(1000L * (Some.Now + 1), Enter(1));
    }

    [Fact]
    public void A_clock_that_is_set_forward_is_followed_and_one_that_is_set_back_closes_no_door()
    {
        _clock.Set(TimeSpan.FromHours(1));
        var ticket = Enter(3);
        Assert.Equal(1000L * (Some.Now + 3600), ticket);

        _clock.Set(TimeSpan.FromHours(-2));
        Assert.True(_gate.Leave(ticket));
        _clock.Advance(Timeout + Slice);
        Assert.Equal(0, _gate.InFlight);
        Assert.True(Enter(1) > ticket);
    }

    [Fact]
    public void It_counts_right_under_many_threads()
    {
        var gate = new AdmissionGate(100, Timeout, _clock);
        Parallel.For(0, 10_000, _ =>
        {
            if (gate.TryEnter(out var ticket))
                gate.Leave(ticket);
        });
        Assert.Equal(0, gate.InFlight);
    }

    private long Enter(int count)
    {
        var ticket = -1L;
        for (var i = 0; i < count; i++)
            Assert.True(_gate.TryEnter(out ticket));
        return ticket;
    }
}
