using Leasequery.Actors.Stores;
using Leasequery.Actors.Tests.Support;

namespace Leasequery.Actors.Tests.Stores;

public class StoreHealthTests
{
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(1);

    private readonly VirtualClock _clock = new();
    private readonly StoreHealth _store;

    private readonly Lines _log = new();

    public StoreHealthTests() => _store = new StoreHealth(_clock, ProbeInterval, _log);

    [Fact]
    public void A_store_that_is_looked_for_in_vain_says_so_once_for_each_reason_until_it_is_reached()
    {
        Assert.Null(_store.Absence);
        foreach (var reason in new[] { "refused", "refused", "wrong password", "wrong password" })
            _store.ReportAbsence(new IOException(reason));
        Assert.Equal("wrong password", _store.Absence);
        Assert.False(_store.Reached.IsCompleted);
        Assert.True(_store.Admits()); // it has taken no event yet, and refused none

        _store.ReportReached();
        _store.ReportReached();
        Assert.Null(_store.Absence);
        Assert.True(_store.Reached.IsCompletedSuccessfully);
        Assert.Equal(
            [
                "The store cannot be reached, trying again. refused",
                "The store cannot be reached, trying again. wrong password",
                "The store is reached",
            ],
            _log.All);
    }

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
