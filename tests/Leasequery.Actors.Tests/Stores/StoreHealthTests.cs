using Leasequery.Actors.Stores;
using Leasequery.Actors.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leasequery.Actors.Tests.Stores;

public class StoreHealthTests
{
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(1);

    private readonly VirtualClock _clock = new();
    private readonly StoreHealth _store;

    public StoreHealthTests() => _store = new StoreHealth(_clock, ProbeInterval, NullLogger<StoreHealth>.Instance);

    [Fact]
    public void A_store_is_well_until_it_fails()
    {
        Assert.True(_store.Admits());
        Assert.Null(_store.Failure);
    }

    [Fact]
    public void While_it_fails_one_event_an_interval_is_let_through()
    {
        _store.ReportFailure(new IOException("disk full"));
        Assert.Equal((false, "disk full"), (_store.Admits(), _store.Failure));
        for (var probe = 0; probe < 3; probe++)
        {
            _clock.Advance(ProbeInterval);
            Assert.True(_store.Admits());
            Assert.False(_store.Admits());
            _store.ReportFailure(new IOException("disk full"));
        }
    }

    [Fact]
    public void When_it_is_well_again_all_is_let_through()
    {
        _store.ReportFailure(new AggregateException(new IOException("disk full")));
        _store.ReportSuccess();
        Assert.True(_store.Admits() && _store.Admits());
        Assert.Null(_store.Failure);
    }
}
