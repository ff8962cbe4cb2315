namespace Leasequery.Actors.Forwarding;

/// <summary>Puts a batch together in memory that is used again; what is sent is a copy of its exact size.</summary>
internal sealed class BatchWriter
{
    /// <summary>A batch is no longer: far below Akka's limit for a frame, and enough for hundreds of entries.</summary>
    public const int Capacity = 32 * 1024;

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(Capacity);
    private int _length = Batch.HeadSize;

    /// <summary>How many entries there are.</summary>
    public int Count { get; private set; }

    /// <summary>Where the next entry is written.</summary>
    public Span<byte> Next => _bytes.AsSpan(_length);

    /// <summary>Puts the entry that was written into the batch.</summary>
    public void Add(int length)
    {
        _length += length;
        Count++;
    }

    /// <summary>Puts all entries of a batch into this one.</summary>
    public void Add(Batch batch)
    {
        batch.Entries.CopyTo(Next);
        _length += batch.Entries.Length;
        Count += batch.Count;
    }

    /// <summary>Lets all but the first questions go.</summary>
    public void KeepQuestions(int count)
    {
        if (count == Count)
            return;
        ReadOnlySpan<byte> rest = _bytes.AsSpan(Batch.HeadSize);
        for (var i = 0; i < count; i++)
            Question.Take(ref rest);
        _length = _bytes.Length - rest.Length;
        Count = count;
    }

    /// <summary>The bytes of the batch; the next one begins.</summary>
    /// <param name="ticket">The ticket of its entries.</param>
    /// <param name="hasMore">True when more answers to the same questions follow.</param>
    public byte[] Take(long ticket, bool hasMore = false)
    {
        Batch.WriteHead(_bytes, ticket, Count, hasMore);
        var batch = _bytes.AsSpan(0, _length).ToArray();
        _length = Batch.HeadSize;
        Count = 0;
        return batch;
    }
}
