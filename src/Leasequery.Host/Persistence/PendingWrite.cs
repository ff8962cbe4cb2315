namespace Leasequery.Host.Persistence;

/// <summary>An atomic write that waits for its transaction.</summary>
/// <param name="rows">Its rows, all of one persistence id, ascending.</param>
internal class PendingWrite(IReadOnlyList<JournalRow> rows)
{
    /// <summary>Its rows, all of one persistence id, ascending.</summary>
    public IReadOnlyList<JournalRow> Rows { get; } = rows;

    /// <summary>True when the store had news that its writer did not have.</summary>
    public bool IsStale { get; set; }

    /// <summary>
    /// Called once, on the writer's thread, when it is known what became of the rows: they are stored, or
    /// <see cref="IsStale"/>, or the store did not take them.
    /// </summary>
    /// <param name="problem">Why the store did not take them; null when it did, and when they were stale.</param>
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
        if (IsStale)
            _result.TrySetException(new StaleWriterException(Rows[0]));
        else
            _result.TrySetResult(problem);
    }
}
