using System.Runtime.InteropServices;

namespace Leasequery.Actors.Locations;

/// <summary>
/// Memory for the parts of records that do not fit into their slots, in a few sizes. A piece that is given back is used again
/// but never unmapped: a reader that still looks at it reads stale bytes, which the slot's version tells it, and never faults.
/// </summary>
internal sealed unsafe class OverflowMemory : IDisposable
{
    private const int PiecesInChunk = 64;
    private static readonly int[] Sizes = [128, 256, 512, LocationSlot.MaxVariable + 7 & ~7];

    private readonly Lock _lock = new();
    private readonly Stack<nint>[] _free = [.. Sizes.Select(_ => new Stack<nint>())];
    private readonly List<nint> _chunks = [];

    /// <summary>Bytes taken from the operating system.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>A piece of at least this length.</summary>
    public byte* Take(int length)
    {
        var index = SizeIndex(length);
        lock (_lock)
        {
            if (_free[index].Count == 0)
                AddChunk(index);
            return (byte*)_free[index].Pop();
        }
    }

    /// <summary>Gives a piece back that was taken for this length.</summary>
    public void Return(byte* piece, int length)
    {
        lock (_lock)
            _free[SizeIndex(length)].Push((nint)piece);
    }

    public void Dispose()
    {
        foreach (var chunk in _chunks)
            NativeMemory.Free((void*)chunk);
        _chunks.Clear();
    }

    private static int SizeIndex(int length) => Array.FindIndex(Sizes, size => size >= length);

    private void AddChunk(int index)
    {
        var size = Sizes[index];
        var chunk = (byte*)NativeMemory.Alloc((nuint)(size * PiecesInChunk));
        _chunks.Add((nint)chunk);
        AllocatedBytes += size * PiecesInChunk;
        for (var i = 0; i < PiecesInChunk; i++)
            _free[index].Push((nint)(chunk + i * size));
    }
}
