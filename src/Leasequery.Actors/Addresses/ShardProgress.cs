namespace Leasequery.Actors.Addresses;

/// <summary>
/// How many shards are complete, wherever they live: for the readiness check and for whoever waits for the start.
/// </summary>
public sealed class ShardProgress(int shards)
{
    private readonly bool[] _isComplete = new bool[shards];
    private readonly string[] _problems = [.. Enumerable.Repeat("", shards)];
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile int _complete;

    /// <summary>How many shards there are.</summary>
    public int Shards => _isComplete.Length;

    /// <summary>How many of them are complete.</summary>
    public int Complete => _complete;

    /// <summary>Why a shard is not loaded, of the first one that says so; empty when none failed.</summary>
    public string Problem => _problems.FirstOrDefault(problem => problem.Length > 0, "");

    /// <summary>True when all are.</summary>
    public bool IsComplete => _complete == Shards;

    /// <summary>Done when all have been complete for the first time.</summary>
    public Task Completed => _completed.Task;

    // Called by one actor only.
    internal void Report(int shard, bool isComplete, string problem)
    {
        _problems[shard] = problem;
        if (_isComplete[shard] == isComplete)
            return;
        _isComplete[shard] = isComplete;
        _complete += isComplete ? 1 : -1;
        if (IsComplete)
            _completed.TrySetResult();
    }
}
