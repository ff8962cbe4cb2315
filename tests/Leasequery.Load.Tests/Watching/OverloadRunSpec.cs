using Leasequery.Load.Gleaning;
using Leasequery.Load.Overloading;
using Leasequery.Load.Sockets;
using Leasequery.Load.Tests.Sockets;
using Leasequery.Load.Traffic;
using Leasequery.Wire;

namespace Leasequery.Load.Tests.Watching;

public class OverloadRunSpec
{
    private const double FullRate = 1000;

    [Theory]
    [InlineData(1.0, 0.0, true)]
    [InlineData(0.5, 0.0, false)]
    [InlineData(1.0, 0.5, false)] // what waited is stored, and what comes is still shed
    public void The_full_rate_is_back_when_as_much_is_stored_as_comes(double share, double dropped, bool isBack)
    {
        using var echo = new LoopbackEcho(_ => null);
        using var port = DatagramPort.Open(new PortOptions(new Ipv4Endpoint(Ipv4Address.Loopback, 0), echo.Endpoint, 32));
        var plan = new OverloadPlan(FullRate, Probe: 1, Times: 5, TimeSpan.FromSeconds(0.4), Patience: TimeSpan.FromSeconds(1.5));
        var store = new Store(share * FullRate, dropped * FullRate);
        var run = new OverloadRun(port, store, null, plan, new LeaseGrant(Ipv4Address.Loopback, 3600),
            new AddressRange(Ipv4Address.Parse("10.0.0.0"), 100));
        var result = run.Run(_ => { }, CancellationToken.None);
        Assert.Equal(isBack, result.RecoverySeconds is not null);
        Assert.InRange(result.RecoveryRate, 0.8 * share * FullRate, 1.2 * share * FullRate);
        Assert.InRange(result.Sent, 2000, 2002); // 5,000 a second for 0.4 s in two halves, each with its first and its last
    }

    /// <summary>A store that takes so many a second, behind a door that drops so many.</summary>
    private sealed class Store(double perSecond, double dropped) : IServiceCounts
    {
        private readonly long _start = Nanoclock.Now;

        public ServiceCounts Counts =>
            new(Since(perSecond), 0, Since(dropped));

        private long Since(double rate) => (long)((Nanoclock.Now - _start) * rate / Nanoclock.PerSecond);
    }
}
