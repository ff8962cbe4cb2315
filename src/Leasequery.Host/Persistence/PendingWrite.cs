using Leasequery.Actors.Stores;

namespace Leasequery.Host.Persistence;

/// <summary>An atomic write that waits for its transaction.</summary>
/// <param name="rows">Its rows, all of one persistence id, ascending.</param>
internal class PendingWrite(IReadOnlyList<JournalRow> rows)
{
    /// <summary>Its rows, all of one persistence id, ascending.</summary>
    public IReadOnlyList<JournalRow> Rows { get; } = rows;

    /// <summary>The stay of their shard in which their actor decided.</summary>
    public ShardTenure Tenure { get; set; } = ShardTenure.Endless;

    /// <summary>True when the store had news that its writer did not have.</summary>
    public bool IsStale { get; set; }

    /// <summary>True when another node, or a later stay, has taken the shard.</summary>
    public bool IsSuperseded { get; set; }

    /// <summary>
    /// True when a transaction with it failed: it may have been committed all the same, where the answer was lost.
    /// </summary>
    public bool IsInDoubt { get; set; }

    /// <summary>Why the writer's state is no longer to be believed; null when it is.</summary>
    public Exception? Refusal => IsSuperseded ? new SupersededWriterException(Rows[0])
        : IsStale ? new StaleWriterException(Rows[0])
        : null;

    /// <summary>
    /// Called once when it is known what became of the rows, on the writer's thread if they came there: they are stored, or
    /// <see cref="IsStale"/> or <see cref="IsSuperseded"/>, or the store did not take them.
    /// </summary>
    /// <param name="problem">Why the store did not take them; null when it did, and when they were refused.</param>
    public virtual void Complete(Exception? problem)
    {
    }
}

/// <summary>An atomic write that somebody awaits.</summary>
internal sealed class AwaitedWrite(IReadOnlyList<JournalRow> rows) : PendingWrite(rows)
{
    private readonly TaskCompletionSource<Exception?> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>See <see cref="JournalWriter.WriteAsync"/>.</summary>
    public Task<Exception?> Result => _result.Task;

    public override void Complete(Exception? problem)
    {
        if (Refusal is { } refusal)
            _result.TrySetException(refusal);
        else
            _result.TrySetResult(problem);
    }
}
