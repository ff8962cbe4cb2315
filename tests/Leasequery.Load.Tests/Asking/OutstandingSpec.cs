using Leasequery.Load.Asking;
using Leasequery.Wire;

namespace Leasequery.Load.Tests.Asking;

public class OutstandingSpec
{
    private static readonly OpenQuery Query = new(Ipv4Address.Parse("10.0.0.1"), 100);

    private readonly Outstanding _outstanding = new(3);

    [Fact]
    public void An_answer_finds_its_query_once()
    {
        var transaction = _outstanding.Add(Query);
        Assert.True(_outstanding.TryRemove(transaction, out var found));
        Assert.Equal(Query, found);
        Assert.False(_outstanding.TryRemove(transaction, out _));
    }

    [Fact]
    public void A_place_that_is_used_again_has_another_number()
    {
        var first = _outstanding.Add(Query);
        _outstanding.TryRemove(first, out _);
        var second = _outstanding.Add(Query);
        Assert.NotEqual(first, second);
        Assert.False(_outstanding.TryRemove(first, out _)); // a late answer to the first is not the second's
        Assert.True(_outstanding.TryRemove(second, out _));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(3u)]
    [InlineData(uint.MaxValue)]
    public void A_number_that_was_never_given_is_nobodys(uint transaction)
    {
        _outstanding.Add(Query);
        Assert.False(_outstanding.TryRemove(transaction, out _));
    }

    [Fact]
    public void The_window_is_a_bound()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.True(_outstanding.HasRoomFor(3 - i));
            Assert.False(_outstanding.HasRoomFor(4 - i));
            _outstanding.Add(Query);
        }

        Assert.False(_outstanding.HasRoom);
        Assert.Equal(3, _outstanding.Count);
    }

    [Fact]
    public void What_is_old_is_given_up_and_makes_room()
    {
        _outstanding.Add(Query);
        var young = _outstanding.Add(Query with { MeantAt = 200 });
        var lost = new List<OpenQuery>();
        _outstanding.RemoveOlder(200, lost.Add);
        Assert.Equal([Query], lost);
        Assert.Equal(1, _outstanding.Count);
        Assert.True(_outstanding.TryRemove(young, out _));
    }

    [Fact]
    public void Numbers_of_other_messages_stay_free_however_often_a_place_is_used()
    {
        var one = new Outstanding(65_536);
        for (var i = 0; i < 100_000; i++)
        {
            var transaction = one.Add(Query);
            Assert.Equal(0u, transaction & Outstanding.NotQuery);
            Assert.True(one.TryRemove(transaction, out _));
        }
    }
}
