using Leasequery.Domain.Upstream;

namespace Leasequery.Domain.Tests.Upstream;

public class RetryScheduleTests
{
    [Theory] // RFC 2131 section 4.1
    [InlineData(1, 4)]
    [InlineData(2, 8)]
    [InlineData(3, 16)]
    [InlineData(4, 32)]
    [InlineData(5, 64)]
    [InlineData(6, 64)]
    [InlineData(int.MaxValue, 64)]
    public void Waits_double_and_spread_by_a_second_N45(int tries, double seconds) =>
        Assert.Equal(AroundOneSecond(seconds), Spread(random => RetrySchedule.Wait(tries, random)));

    [Theory] // RFC 4388 section 6.6
    [InlineData(1, 11)]
    [InlineData(2, 16)]
    [InlineData(3, 32)]
    [InlineData(4, 59)]
    [InlineData(5, 59)]
    [InlineData(int.MaxValue, 59)]
    public void Polls_back_off_between_10_and_60_seconds_N46(int tries, double seconds)
    {
        var spread = Spread(random => RetrySchedule.PollWait(tries, random));
        Assert.Equal(AroundOneSecond(seconds), spread);
        Assert.All(spread, wait => Assert.InRange(wait, 10, 60));
    }

    [Theory]
    [InlineData(-0.5, 3)]
    [InlineData(1.5, 5)]
    public void A_bad_source_of_randomness_does_not_leave_the_spread(double random, double seconds) =>
        Assert.Equal(seconds, RetrySchedule.Wait(1, random).TotalSeconds);

    [Fact]
    public void Before_the_first_send_there_is_nothing_to_wait_for()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => RetrySchedule.Wait(0, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => RetrySchedule.PollWait(0, 0.5));
    }

    private static double[] AroundOneSecond(double seconds) => [seconds - 1, seconds, seconds + 1];

    private static double[] Spread(Func<double, TimeSpan> wait) =>
        [.. new[] { 0, 0.5, 1 }.Select(random => wait(random).TotalSeconds)];
}
