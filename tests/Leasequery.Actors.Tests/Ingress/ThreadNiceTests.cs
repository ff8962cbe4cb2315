using Leasequery.Actors.Ingress;

namespace Leasequery.Actors.Tests.Ingress;

public class ThreadNiceTests
{
    private const int Inherited = 0;
    private const int Access = 13; // EACCES: what setpriority(2) says to whoever may not

    [Fact]
    public void A_thread_is_nice_as_told_and_those_that_it_starts_are_not_or_the_system_says_why_not()
    {
        var (error, own, child) = (-1, int.MaxValue, int.MaxValue);
        var thread = new Thread(() =>
        {
            error = ThreadNice.Set(-3);
            own = ThreadNice.Current;
            var started = new Thread(() => child = ThreadNice.Current);
            started.Start();
            started.Join();
        });
        thread.Start();
        thread.Join();
        Assert.Equal(error == 0 ? (0, -3) : (Access, ThreadNice.Current), (error, own));
        Assert.InRange(child, Inherited, 19);
    }
}
