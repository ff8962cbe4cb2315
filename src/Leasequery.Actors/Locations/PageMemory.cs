using System.Runtime.InteropServices;

namespace Leasequery.Actors.Locations;

/// <summary>
/// The pages of the table, cut from pieces of 2 MiB that the system is asked to map as one (transparent huge pages): with
/// millions of records, finding out where a small page lies in memory costs a reader more than reading it. Pages are used again
/// but never given back, so a late reader never faults. Safe from any thread.
/// </summary>
/// <param name="pageSize">Bytes of a page; a part of 2 MiB.</param>
internal sealed unsafe partial class PageMemory(int pageSize) : IDisposable
{
    private const int PieceSize = 2 << 20;
    private const int HugePages = 14; // MADV_HUGEPAGE

    private readonly Lock _lock = new();
    private readonly Stack<nint> _free = [];
    private readonly List<nint> _pieces = [];
    private byte* _next;
    private byte* _end;
    private long _taken;

    /// <summary>Bytes of all pages that were ever taken; up to 2 MiB more are ready for the next ones.</summary>
    public long AllocatedBytes => Interlocked.Read(ref _taken) * pageSize;

    /// <summary>A page: zeros, or what <see cref="Return"/> was given.</summary>
    public void* Take()
    {
        lock (_lock)
        {
            if (_free.TryPop(out var free))
                return (void*)free;
            if (_next == _end)
                AddPiece();
            var page = _next;
            _next += pageSize;
            _taken++;
            NativeMemory.Clear(page, (nuint)pageSize);
            return page;
        }
    }

    /// <summary>Keeps a page for the next who needs one.</summary>
    public void Return(void* page)
    {
        lock (_lock)
            _free.Push((nint)page);
    }

    public void Dispose()
    {
        foreach (var piece in _pieces)
            NativeMemory.AlignedFree((void*)piece);
    }

    private void AddPiece()
    {
        var piece = (byte*)NativeMemory.AlignedAlloc(PieceSize, PieceSize);
        _ = Advise(piece, PieceSize, HugePages); // only advice: a system without huge pages maps small ones
        _pieces.Add((nint)piece);
        _next = piece;
        _end = piece + PieceSize;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nint length, int advice);
}
