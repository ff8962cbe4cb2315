using Leasequery.Actors.Addresses;

namespace Leasequery.Actors.Tests.Addresses;

public class ShardProgressTests
{
    private readonly ShardProgress _progress = new(2);

    [Fact]
    public void It_is_complete_when_all_shards_are()
    {
        _progress.Report(0, isComplete: true, "");
        Assert.Equal((1, false, false), (_progress.Complete, _progress.IsComplete, _progress.Completed.IsCompleted));
        _progress.Report(1, isComplete: true, "");
        Assert.Equal((2, true, true), (_progress.Complete, _progress.IsComplete, _progress.Completed.IsCompletedSuccessfully));
    }

    [Fact]
    public void A_shard_counts_once_however_often_it_reports()
    {
        _progress.Report(0, isComplete: true, "");
        _progress.Report(0, isComplete: true, "");
        Assert.Equal(1, _progress.Complete);
    }

    [Fact]
    public void A_shard_that_moves_is_incomplete_until_it_is_loaded_again()
    {
        _progress.Report(0, isComplete: true, "");
        _progress.Report(1, isComplete: true, "");
        _progress.Report(0, isComplete: false, "");
        Assert.Equal((1, false), (_progress.Complete, _progress.IsComplete));
        Assert.True(_progress.Completed.IsCompleted); // the start is over
        _progress.Report(0, isComplete: true, "");
        Assert.True(_progress.IsComplete);
    }

    [Fact]
    public void A_problem_is_told_until_its_shard_has_none()
    {
        _progress.Report(0, isComplete: false, "disk gone");
        _progress.Report(1, isComplete: true, "");
        Assert.Equal("disk gone", _progress.Problem);
        _progress.Report(0, isComplete: true, "");
        Assert.Equal("", _progress.Problem);
    }
}
